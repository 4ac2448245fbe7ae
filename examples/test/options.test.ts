/** The bounds of the options, and the estimate of the memory that they take: nothing is allocated to find out. */
import fc from "fast-check";
import { Random, TensorDataset, zeros } from "polygrad";
import { describe, expect, test } from "vitest";
import { checkMemory, parameterCount } from "../mnist/memory.ts";
import { makeModel } from "../mnist/model.ts";
import { type Options, parseOptions } from "../mnist/options.ts";

/** Parsed options; there are always some without --help. */
function parsed(...args: readonly string[]): Options {
  const options = parseOptions(args);
  if (options === undefined) throw new Error("the options are those of --help");
  return options;
}

describe("an option out of its bounds is refused by name:", () => {
  test.each([
    ["hidden", "1000000000", "an integer from 1 to 100000"],
    ["degree", "1000000", "an integer from 1 to 10000"],
    ["batch", "1e9", "an integer from 1 to 1000000"],
    ["epochs", "1e99", "an integer from 1 to 1000000"],
    ["shards", "10001", "an integer from 1 to 10000"],
    ["workers", "1e7", "an integer from 1 to 1000000"],
    ["runs", "-1", "an integer from 1 to 10000"],
    ["seed", "9007199254740992", "an integer from 0 to 9007199254740991"],
    ["lr", "1e999", "a number greater than 0 and at most 3.4e38"],
    ["lr", "1e39", "a number greater than 0 and at most 3.4e38"],
    ["lr", "1e-999", "a number greater than 0 and at most 3.4e38"],
  ])("--%s %s", (option, value, bounds) => {
    expect(() => parseOptions([`--${option}=${value}`])).toThrow(`--${option} must be ${bounds}, got "${value}"`);
  });

  test("--seed leaves room for the seeds of all runs", () => {
    expect(parsed("--seed", "9007199254740991").seed).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => parseOptions(["--seed", "9007199254740991", "--runs", "3"])).toThrow(
      "--seed must be an integer from 0 to 9007199254740989",
    );
  });
});

describe("the memory of a run", () => {
  test("is refused above 2 GiB, and the message names the options", () => {
    expect(() => parseOptions(["--hidden", "100000"])).toThrow(
      "--hidden 100000, --degree 3, --shards 4 and --batch 2048 take 317,800,000 parameters and about 22.0 GiB of memory; " +
        "the limit is 2 GiB: reduce one of them",
    );
    for (const args of [
      ["--degree", "9999"],
      ["--hidden", "2000", "--shards", "9000"],
      ["--hidden", "20000"],
    ])
      expect(() => parseOptions(args)).toThrow(/the limit is 2 GiB/);
    expect(() => parseOptions(["--model", "linear", "--hidden", "90000"])).toThrow(/^--hidden 90000, --shards 4/);
    expect(() => parseOptions(["--batch", "1000000", "--hidden", "5000", "--shards", "1"])).toThrow(/2 GiB/);
  });

  test("of one's own images is known when they have been loaded", () => {
    const options = parsed("--data", "anywhere", "--hidden", "50000");
    expect(() => checkMemory(options, { images: 100, inputs: 64, classes: 10 })).not.toThrow();
    expect(() => checkMemory(options, { images: 100, inputs: 784, classes: 10 })).toThrow("--hidden 50000, --degree 3");
  });

  test("allows the article's settings, and large but possible ones", () => {
    for (const args of [[], ["--hidden", "5000"], ["--degree", "1000"], ["--batch", "1000000"], ["--shards", "1000"]])
      expect(() => parseOptions(args)).not.toThrow();
  });

  test("counts the parameters that the network has", () => {
    const sizes = fc.record({ inputs: fc.integer({ min: 1, max: 9 }), classes: fc.integer({ min: 1, max: 5 }) });
    const [small, kind] = [fc.integer({ min: 1, max: 6 }), fc.constantFrom("polynomial", "linear")];
    fc.assert(
      fc.property(small, small, kind, sizes, (hidden, degree, model, { inputs, classes }) => {
        const options = parsed("--hidden", `${hidden}`, "--degree", `${degree}`, "--model", model);
        const data = new TensorDataset(zeros([1, inputs]), [0], classes);
        const parameters = makeModel(options, new Random(1), data).parameters();
        const count = parameters.reduce((sum, { size }) => sum + size, 0);
        expect(parameterCount(options, { inputs, classes })).toBe(count);
      }),
    );
  });
});
