/** Successive halving, with runs that are simulated: a trial's loss after some epochs is a function of both. */
import { Random } from "polygrad";
import { describe, expect, test } from "vitest";
import { asha, halving, type Rule, rungs } from "../src/asha.ts";
import { integer } from "../src/distributions.ts";
import type { Summary } from "../src/job.ts";
import type { Task } from "../src/schedule.ts";

const rule: Rule = { metric: "validationLoss", mode: "min", minimum: 1, maximum: 27, reduction: 3, eager: false };

/** A known surface: better trials have a smaller number at the end, but little shows early. */
function loss({ trial, until }: Task): number {
  const noise = new Random(1000 * until + trial).uniform();
  return trial + (40 * noise) / until;
}

function summaryOf(task: Task, value: number): Summary {
  return { epochs: task.until, trainLoss: 0, parameters: 1, weightsSha256: "", seconds: 0, validationLoss: value };
}

/** Does all tasks on some workers, each of which takes a random time; returns them in the order of their end. */
function simulated(trials: number, own: Rule, workers: number, seed: number, value = loss): Task[] {
  const random = new Random(seed);
  const schedule = halving(trials, own);
  const waiting = schedule.first();
  const running: { task: Task; end: number }[] = [];
  const ended: Task[] = [];
  let now = 0;
  while (waiting.length > 0 || running.length > 0) {
    for (const task of waiting.splice(0, workers - running.length))
      running.push({ task, end: now + random.uniform() * task.until });
    const next = running.reduce((a, b) => (b.end < a.end ? b : a));
    running.splice(running.indexOf(next), 1);
    now = next.end;
    ended.push(next.task);
    const figure = value(next.task);
    waiting.unshift(...schedule.next(next.task, Number.isNaN(figure) ? undefined : summaryOf(next.task, figure)));
  }
  return ended;
}

const sorted = (tasks: readonly Task[]): string[] => tasks.map(({ trial, until }) => `${trial} ${until}`).toSorted();

describe("rungs", () => {
  test.each([
    [1, 27, 3, [1, 3, 9, 27]],
    [2, 20, 3, [2, 6, 20]],
    [1, 2, 4, [2]],
    [5, 5, 3, [5]],
  ])("from %i to %i epochs by %i", (minimum, maximum, reduction, budgets) => {
    expect(rungs({ minimum, maximum, reduction })).toEqual(budgets);
  });
});

/**
 * The rule as the paper states it, for one rung: after each result, in this order, whoever is among the best 1 / reduction
 * of those so far is promoted. Written anew, from ranks: a trial's rank is the number of those that beat it.
 */
function promotedByRank(order: readonly number[], value: (trial: number) => number, reduction: number): number[] {
  const promoted: number[] = [];
  for (let m = 1; m <= order.length; m++) {
    const seen = order.slice(0, m);
    const beats = (a: number, b: number) =>
      value(a) < value(b) || (value(a) === value(b) && seen.indexOf(a) < seen.indexOf(b));
    const rankOf = (trial: number) => seen.filter((other) => beats(other, trial)).length;
    const fresh = seen.filter((trial) => (rankOf(trial) + 1) * reduction <= m && !promoted.includes(trial));
    promoted.push(...fresh.toSorted((a, b) => rankOf(a) - rankOf(b)));
  }
  return promoted;
}

test.each([2, 3, 4])("by %i: the runs are those of the paper's rule, whoever finishes first", (reduction) => {
  const own = { ...rule, reduction };
  const wanted: Task[] = [];
  let order = Array.from({ length: 40 }, (_, trial) => trial);
  for (const until of rungs(own)) {
    for (const trial of order) wanted.push({ trial, until });
    order = promotedByRank(order, (trial) => loss({ trial, until }), reduction);
  }
  for (const workers of [1, 2, 5, 40])
    for (let seed = 0; seed < 5; seed++)
      expect(sorted(simulated(40, own, workers, seed)), `${workers} workers, seed ${seed}`).toEqual(sorted(wanted));
});

test("the best trial of a known surface is trained to the end", () => {
  // The best of 60, far from the order in which they begin.
  const clear = ({ trial, until }: Task) => Math.abs(((23 * trial) % 60) - 17) + 1 / until;
  const best = Array.from({ length: 60 }, (_, trial) => trial).find((trial) => (23 * trial) % 60 === 17);
  for (const eager of [false, true]) {
    const ended = simulated(60, { ...rule, eager }, 4, 3, clear);
    const finals = ended.filter(({ until }) => until === 27).map(({ trial }) => trial);
    expect(finals).toContain(best);
    expect(finals.length).toBeLessThanOrEqual(6);
  }
});

test("larger is better with the mode max", () => {
  const clear = ({ trial }: Task) => -Math.abs(trial - 17);
  const ended = simulated(27, { ...rule, mode: "max" }, 3, 0, clear);
  expect(ended.filter(({ until }) => until === 27).map(({ trial }) => trial)).toContain(17);
});

test("eager decisions depend on who finishes first, and keep more workers busy", () => {
  const own = { ...rule, eager: true };
  const runs = Array.from({ length: 5 }, (_, seed) => sorted(simulated(40, own, 8, seed)).join());
  expect(new Set(runs).size).toBeGreaterThan(1);
  // With one worker, trials finish in their order, and the two rules agree.
  expect(sorted(simulated(40, own, 1, 0))).toEqual(sorted(simulated(40, rule, 1, 0)));
});

test("a run that fails is never promoted, and counts", () => {
  const failing = (task: Task) => (task.trial % 2 === 0 ? Number.NaN : loss(task));
  const ended = simulated(40, rule, 4, 1, failing);
  const promoted = ended.filter(({ until }) => until > 1);
  expect(promoted.length).toBeGreaterThan(0);
  expect(promoted.filter(({ trial }) => trial % 2 === 0)).toEqual([]);
});

test("the number of runs is known as the decisions are", () => {
  const schedule = halving(9, rule);
  expect(schedule.total).toBe(9 + 3 + 1);
  let count = 0;
  for (const waiting = schedule.first(); waiting.length > 0; count++) {
    const [task] = waiting.splice(0, 1);
    waiting.push(...schedule.next(task, summaryOf(task, loss(task))));
  }
  expect(schedule.total).toBe(Math.max(13, count));
});

test("a figure that no run has ends the sweep, which names those there are", () => {
  const schedule = halving(3, { ...rule, metric: "validationlos" });
  const [task] = schedule.first();
  expect(() => schedule.next(task, summaryOf(task, 1))).toThrow(
    "asha: a summary has no figure validationlos; it has epochs, trainLoss, parameters, seconds, validationLoss",
  );
});

test("options", () => {
  const search = asha({ hidden: integer(1, 9) }, { trials: 4, metric: "testLoss", minimum: 1, maximum: 9 });
  expect(search.configurations).toHaveLength(4);
  expect(search.rule).toEqual({ ...rule, metric: "testLoss", maximum: 9 });
  expect(() => asha({}, { trials: 4, metric: "testLoss", minimum: 10, maximum: 9 })).toThrow(
    "asha: minimum is 10 epochs, more than the maximum of 9",
  );
});
