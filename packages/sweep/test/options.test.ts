import { expect, test } from "vitest";
import { asha, grid, integer, type SweepOptions, sweep } from "../src/index.ts";

const recipe = new URL("./recipes/points.ts", import.meta.url);
const space = grid({ hidden: 4 });
const settings = { epochs: 1, batchSize: 8 };

/** Options of any kind, as a program in JavaScript would pass them. */
function started(options: object): unknown {
  return Reflect.apply(sweep, undefined, [recipe, { space, settings, out: "never-made", ...options }]);
}

test.each([
  [{ space: undefined }, "sweep: the option space is missing"],
  [{ space: [] }, "sweep: space has no configurations"],
  [{ space: 3 }, "sweep: space must be an array of options, such as grid({ degree: [1, 2, 3] }), or asha(...), got 3"],
  [{ space: [{ a: { b: [1, Number.NaN] } }] }, "sweep: space[0].a.b[1] is NaN; a configuration holds finite numbers"],
  [{ space: [{ a: 1 }, { a: -0 }] }, "sweep: space[1].a is -0"],
  [{ space: [{ a: undefined }] }, "sweep: space[0].a must be a plain value"],
  [{ space: [{ a: () => 1 }] }, "sweep: space[0].a must be a plain value"],
  [{ space: ["text"] }, 'sweep: space[0] must be a plain object, got "text"'],
  [{ out: undefined }, "sweep: the option out is missing"],
  [{ out: "" }, "sweep: out is empty; give the path of a directory"],
  [{ settings: { epochs: 1 } }, "sweep: settings.batchSize is missing"],
  [{ settings: { ...settings, epochs: 0 } }, "DataParallel: epochs must be a positive integer, got 0"],
  [{ settings: { ...settings, epoch: 1 } }, 'there is no option "epoch"'],
  [{ settings: { ...settings, resume: true } }, "sweep: settings.resume is for the sweep to decide; leave it out"],
  [{ settings: () => 3 }, "sweep: settings must be a plain object, got 3"],
  [{ engine: {} }, "sweep: engine must be an engine, such as local(), got an object"],
  [{ progress: "loud" }, 'sweep: progress must be "table", "lines", "none" or a stream, got "loud"'],
  [{ best: { metric: 3 } }, "sweep: best: metric must be text, got 3"],
  [{ best: { metric: "testLoss" } }, "sweep: best.mode is missing"],
  [{ signal: 1 }, "sweep: signal must be an AbortSignal"],
  [{ workers: 2 }, 'sweep: there is no option "workers"'],
])("%o is refused", (options, message) => {
  expect(() => started(options)).toThrow(message);
});

test("a sweep is iterated once", async () => {
  const stopped = AbortSignal.abort(new RangeError("stopped"));
  const runs = sweep(recipe, { space, settings, out: "never-made", signal: stopped, progress: "none" });
  await expect(runs[Symbol.asyncIterator]().next()).rejects.toThrow("stopped");
  await expect(runs[Symbol.asyncIterator]().next()).rejects.toThrow("Sweep: it can be iterated once");
});

test("the epochs of successive halving are its maximum", () => {
  const search = asha({ hidden: integer(1, 9) }, { trials: 9, metric: "testLoss", minimum: 1, maximum: 9 });
  const given = { space: search, out: "never-made" };
  expect(sweep(recipe, { ...given, settings: { batchSize: 8 } }).total).toBe(9 + 3 + 1);
  const wrong: SweepOptions<{ hidden: number }> = { ...given, settings };
  expect(() => sweep(recipe, wrong)).toThrow("sweep: settings.epochs is 1, but the maximum of asha is 9");
});
