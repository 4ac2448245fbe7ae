import { expect, test } from "vitest";
import { duration, headline, lines, tableOf } from "../src/progress.ts";
import { type Ended, labelled, Status } from "../src/status.ts";
import { liveTable } from "../src/table.ts";

const summary = { epochs: 2, trainLoss: 0.5, parameters: 7, weightsSha256: "ab", seconds: 1.5 };
const done = (label: string, testAccuracy: number): Ended => ({
  ...{ label, reused: false, worker: "local 1", error: undefined },
  summary: { ...summary, testLoss: 0.25, testAccuracy },
});
const failure = { name: "ValueError", message: "a loss\nis NaN", stack: undefined, temporary: false };
const failed: Ended = { label: "seed=3", reused: false, worker: "local 1", summary: undefined, error: failure };

function half(): Status {
  const status = new Status("local", () => 5, undefined);
  status.end("1", done("degree=1 seed=0", 0.75));
  status.end("2", done("degree=2 seed=0", 0.875));
  status.end("3", { ...failed, reused: false });
  status.update("4", { worker: "local 1", label: "degree=2 seed=1", epoch: 3, until: 10 });
  status.update("5", { worker: "local 12", label: "degree=3 seed=1", epoch: 0, until: 10 });
  return status;
}

/** A terminal that keeps what it is sent, and what a person sees: only this much of its language is used. */
class Screen {
  readonly isTTY = true;
  readonly columns: number;
  #lines: string[] = [""];

  constructor(columns = 80) {
    this.columns = columns;
  }

  write(text: string): boolean {
    const [printed, ...commands] = text.split("\x1b[");
    this.#print(printed);
    for (const command of commands) {
      const [, count, name, rest] = command.match(/^(\d*)([AJ])(.*)$/s) ?? [];
      if (name === "A") this.#lines.length -= Number(count);
      else this.#lines[this.#lines.length - 1] = "";
      this.#print(rest);
    }
    return true;
  }

  #print(text: string): void {
    const [first, ...more] = text.replaceAll("\r", "").split("\n");
    this.#lines[this.#lines.length - 1] += first;
    this.#lines.push(...more);
  }

  get text(): string {
    return this.#lines.join("\n");
  }
}

test("the table shows counts, the best run, and those that are running", () => {
  const [first, ...rest] = tableOf(half(), 80);
  expect(first).toMatch(/^2 of 5 runs done, 1 failed, 2 running, \d.* left {2}\(local\)$/);
  expect(rest).toEqual([
    "best: testAccuracy 0.8750 with degree=2 seed=0",
    "  local 1   degree=2 seed=1  epoch 3/10",
    "  local 12  degree=3 seed=1  epoch 0/10",
  ]);
});

test("no line is wider than the terminal", () => {
  for (let columns = 0; columns < 60; columns++)
    for (const line of tableOf(half(), columns)) expect(line.length).toBeLessThanOrEqual(columns);
});

test("the figure that decides can be chosen", () => {
  const status = new Status("local", () => 2, { metric: "testAccuracy", mode: "min" });
  status.end("1", done("degree=1", 0.75));
  status.end("2", done("degree=2", 0.875));
  expect(status.best).toEqual({ metric: "testAccuracy", value: 0.75, label: "degree=1" });
});

test("elsewhere there is a line for each run", () => {
  const written: string[] = [];
  const status = half();
  const display = lines(status, { write: (text) => written.push(text) });
  display.ended(done("degree=1", 0.75));
  display.ended({ ...done("degree=1", 0.75), reused: true });
  display.ended(failed);
  display.notice("local 1: gone");
  expect(written).toEqual([
    "[3/5] done  degree=1  trainLoss 0.5000  testLoss 0.2500  testAccuracy 0.7500  1.5 s on local 1\n",
    "[3/5] done  degree=1  trainLoss 0.5000  testLoss 0.2500  testAccuracy 0.7500  reused\n",
    "[3/5] failed  seed=3  ValueError: a loss is NaN\n",
    "local 1: gone\n",
  ]);
});

test("the table stays below what the program prints, and ends as one line", () => {
  const screen = new Screen();
  const status = half();
  const others = { isTTY: true, write: (text: string | Uint8Array) => screen.write(String(text)) };
  const write = others.write;
  const display = liveTable(status, screen, [others]);
  others.write("printed\n");
  display.notice("noticed");
  expect(screen.text).toBe(["printed", "noticed", ...tableOf(status, 79), ""].join("\n"));
  display.ended(failed);
  display.close();
  expect(screen.text).toBe(
    ["printed", "noticed", "failed: seed=3: ValueError: a loss is NaN", headline(status), ""].join("\n"),
  );
  expect(others.write).toBe(write);
});

test("a label names the options by which configurations differ", () => {
  const label = labelled([
    { degree: 1, rate: 0.1, layers: [1] },
    { degree: 1, rate: 0.123456, layers: [1, 2], extra: "x" },
  ]);
  expect(label({ degree: 1, rate: 0.123456, layers: [1, 2], extra: "x" })).toBe("rate=0.1235 layers=[1,2]");
  expect(labelled([{ degree: 1 }])({ degree: 1 })).toBe("degree=1");
});

test.each([
  [0.04, "0.0 s"],
  [9.96, "10 s"],
  [59.6, "1 min 00 s"],
  [7625, "2 h 07 min"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
