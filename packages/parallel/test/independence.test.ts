/** What would make results depend on the number of workers: optimisers that look around, losses that remember. */
import { DataParallel, WorkerError } from "@polygrad/parallel";
import {
  Adam,
  AdamW,
  clipGradNorm,
  Optimiser,
  type ParameterStep,
  RMSprop,
  type Sequential,
  SGD,
  updateInPlace,
  type Variable,
} from "polygrad";
import { describe, expect, test } from "vitest";
import { checkElementwise, checkRepeats } from "../src/independence.ts";
import type { DependentOptions } from "./recipes/dependent.ts";
import { small } from "./recipes/small.ts";

/** Scales the gradient to one length for the whole parameter, as LARS does. */
class Normalised extends Optimiser {
  constructor(parameters: Iterable<Variable>) {
    super(parameters, {}, { name: "Normalised", defaults: { learningRate: 0.1 } });
  }

  protected override update({ value, gradient }: ParameterStep, rate: number): void {
    const unit = gradient.div(gradient.norm());
    updateInPlace(
      { name: "normalised", states: 0, scalars: 1, rule: (m, [p], g, [r]) => [m.sub(p, m.mul(r, g))] },
      value,
      unit,
      [],
      [rate],
    );
  }
}

/** SGD that first clips the norm of its gradients. */
function clipping(maximum: number): typeof SGD {
  return class extends SGD {
    override step(): void {
      clipGradNorm(this.parameters, maximum);
      super.step();
    }
  };
}

describe("an optimiser", () => {
  test("may do with an element what it likes", () => {
    checkElementwise((p) => new SGD(p, { learningRate: 0.1 }));
    checkElementwise((p) => new SGD(p, { momentum: 0.9, nesterov: true, weightDecay: 0.1 }));
    checkElementwise((p) => new Adam(p, { learningRate: (step) => 0.1 / (step + 1) }));
    checkElementwise((p) => new AdamW(p));
    checkElementwise((p) => new RMSprop(p, { momentum: 0.5, centered: true }));
  });

  test.each([1e-9, 0.01, 1, 100, 1e8])("may not clip by the norm, here to %d", (maximum) => {
    const Clipping = clipping(maximum);
    expect(() => checkElementwise((p) => new Clipping(p))).toThrow(/depend on the number of workers/);
  });

  test("may not look at other elements, nor at how many there are", () => {
    expect(() => checkElementwise((p) => new Normalised(p))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: DataParallel: the recipe's optimiser updates an element differently when it is given other elements, so the results would depend on the number of workers; update each element from its own gradient only, as SGD and Adam do, without clipping by the norm of all gradients]`,
    );
    expect(() => checkElementwise((p) => new SGD(p, { learningRate: 1 / p[0].size }))).toThrow(/number of workers/);
  });
});

test("what is computed twice must have the same bits", () => {
  checkRepeats([1, Number.NaN, -0], [1, Number.NaN, -0]);
  expect(() => checkRepeats([0], [-0])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: DataParallel: the recipe's loss gave two results for the same samples and weights, so the results would depend on the number of workers; let it depend on the model and the batch only, and draw random numbers in layers with reseed(), as Dropout does]`,
  );
  expect(() => checkRepeats([1, 2], [1])).toThrow(/two results/);
});

describe("a run", () => {
  const losses = async (how: DependentOptions["how"], workers: number): Promise<number[]> => {
    const training = await DataParallel.start<DependentOptions, Sequential>(
      new URL("./recipes/dependent.ts", import.meta.url),
      { options: { ...small, how }, epochs: 2, batchSize: 8, workers, shards: 4, seed: 3 },
    );
    const found: number[] = [];
    for await (const { trainLoss } of training) found.push(trainLoss);
    return found;
  };

  test("with an optimiser that clips is refused before a thread trains", async () => {
    await expect(losses("clips", 2)).rejects.toThrow(/the recipe's optimiser updates an element differently/);
  });

  test.each(["counts calls", "own generator"] as const)(
    "with a loss that %s is refused, for any number of workers",
    async (how) => {
      for (const workers of [1, 3]) {
        const error = await losses(how, workers).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(WorkerError);
        expect(String(error)).toMatch(
          /in step 1: DataParallel: the recipe's loss gave two results for the same samples/,
        );
      }
    },
  );

  test("with neither gives the same losses for 1, 2 and 3 workers", async () => {
    const [one, two, three] = [await losses("nothing", 1), await losses("nothing", 2), await losses("nothing", 3)];
    expect([two, three]).toEqual([one, one]);
  });
});
