/** Batch normalisation: PyTorch's figures, shards whose statistics are combined, captured steps, and what it refuses. */
import { capture, variable } from "@polygrad/autograd";
import { assign, concat, normal, ones, pin, pinned, Random, type Tensor, tensor, zeros } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Adam, BatchNorm1d, type BatchNormOptions, Linear, mseLoss, Sequential } from "../src/index.ts";
import { trackingLayers } from "../src/internal.ts";
import { type BatchNormCase, batchNorm, expectFigures } from "./figures.ts";
import { kinds, under } from "./kernel-kinds.ts";
import { refusal } from "./refusal.ts";
import { arrays } from "./state.ts";

function build({ features, options: { eps, ...options }, parameters }: BatchNormCase): BatchNorm1d {
  const layer = new BatchNorm1d(features, { ...options, ...(eps !== undefined && { epsilon: eps }) });
  const own = Object.entries(parameters).map(([name, values]) => [name, tensor(values)]);
  layer.loadStateDict({ ...layer.stateDict(), ...Object.fromEntries(own) });
  return layer;
}

describe.each(kinds)("with %s kernels", (kind) => {
  test.each(batchNorm.cases)("$name: outputs, gradients and running statistics are PyTorch's", (figure) => {
    const layer = build(figure);
    const tolerance = 1e-6 + figure.float32Deviation;
    under(kind, () => {
      for (const [k, step] of figure.steps.entries()) {
        layer.train(k < figure.batches.length).zeroGrad();
        const input = variable(figure.batches[Math.min(k, figure.batches.length - 1)]);
        const output = layer.forward(input);
        output.backward(tensor(figure.gradOutputs[k]));
        const ours: Record<keyof typeof step, Tensor | undefined> = {
          output: output.value,
          gradInput: input.grad,
          gradWeight: layer.weight?.grad,
          gradBias: layer.bias?.grad,
          runningMean: layer.runningMean?.value,
          runningVariance: layer.runningVariance?.value,
        };
        for (const [name, value] of Object.entries(ours)) {
          const wanted = Object.entries(step).find(([key]) => key === name)?.[1];
          expect(value === undefined, `${name} of step ${k}`).toBe(wanted === undefined);
          if (value !== undefined) expectFigures(`${name} of step ${k}`, value, wanted, tolerance);
        }
      }
    });
  });
});

test("the state has the parameters, then the running statistics; without them, evaluation uses the batch", () => {
  const layer = new BatchNorm1d(2);
  expect(arrays(layer)).toEqual({ weight: [1, 1], bias: [0, 0], runningMean: [0, 0], runningVariance: [1, 1] });
  expect(layer).toMatchObject({ momentum: 0.1, epsilon: 1e-5 });
  const plain = new BatchNorm1d(2, { affine: false, trackRunningStatistics: false });
  expect([plain.stateDict(), trackingLayers([plain]), trackingLayers([layer])]).toEqual([{}, [], [layer]]);
  const x = tensor([
    [1, 8],
    [3, 2],
  ]);
  expect(plain.eval().forward(x).value.allClose(plain.train().forward(x).value)).toBe(true);
});

test("a mean that is large beside the deviations costs no more than the rounding of the inputs", () => {
  const x = normal([64, 3], new Random(1), 1000, 1);
  const y = new BatchNorm1d(3).forward(x).value.clone().data;
  const columns = [0, 1, 2].map((k) => Array.from({ length: 64 }, (_, row) => x.data[row * 3 + k]));
  for (const [k, column] of columns.entries()) {
    const { mean, variance } = moments(column);
    for (const [row, value] of column.entries())
      expect(Math.abs(y[row * 3 + k] - (value - mean) / Math.sqrt(variance + 1e-5))).toBeLessThan(1e-4);
  }
});

/** Mean and biased variance, in two passes over float64. */
function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

/** A layer after a batch that it saw in shards, each of which deferred its statistics to a place of its own. */
function inShards(shards: readonly Tensor[], options?: BatchNormOptions): BatchNorm1d {
  const layer = new BatchNorm1d(shards[0].shape[1], options);
  const places = shards.map(() => pinned(layer.statisticsSize));
  for (const [k, shard] of shards.entries()) {
    layer.deferTo(places[k]);
    layer.forward(shard);
  }
  layer.deferTo(undefined);
  layer.absorb(places);
  return layer;
}

describe("statistics of shards", () => {
  const shapes = fc.record({
    rows: fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 1, maxLength: 4 }),
    features: fc.integer({ min: 1, max: 3 }),
    length: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    seed: fc.nat(),
    momentum: fc.constantFrom(0.1, 0.7, 1),
  });

  test("are combined to those of the whole batch", () => {
    fc.assert(
      fc.property(shapes, ({ rows, features, length, seed, momentum }) => {
        const random = new Random(seed);
        const rest = length === undefined ? [features] : [features, length];
        const shards = rows.map((count, k) => normal([count, ...rest], random, 5 * k, 1 + k));
        const layer = inShards(shards, { momentum });
        const whole = concat(shards, 0);
        for (let k = 0; k < features; k++) {
          const values = [...whole.select(1, k).clone().data];
          const { mean, variance } = moments(values);
          const unbiased = (variance * values.length) / (values.length - 1);
          const [gotMean, gotVariance] = [layer.runningMean, layer.runningVariance].map((b) => b?.value.data[k] ?? 0);
          expect(Math.abs(gotMean - momentum * mean)).toBeLessThan(1e-5 * (1 + Math.abs(mean)));
          expect(Math.abs(gotVariance - (1 - momentum) - momentum * unbiased)).toBeLessThan(1e-5 * (1 + unbiased));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("of a single one give the bits of a layer that does not defer", () => {
    const batches = [normal([5, 3], new Random(1), 2, 3), normal([4, 3], new Random(2), -1, 2)];
    const direct = new BatchNorm1d(3);
    const deferring = new BatchNorm1d(3);
    const place = pinned(deferring.statisticsSize);
    for (const batch of batches) {
      direct.forward(batch);
      deferring.deferTo(place);
      deferring.forward(batch);
      deferring.absorb([place]);
      expect(arrays(deferring)).toEqual(arrays(direct));
    }
    deferring.deferTo(undefined);
    for (const layer of [direct, deferring]) layer.forward(batches[0]);
    expect(arrays(deferring)).toEqual(arrays(direct));
  });

  test("leave the running ones alone until they are absorbed; places that are empty do not count", () => {
    const batch = normal([5, 2], new Random(1), 4, 2);
    const layer = new BatchNorm1d(2);
    const [place, empty] = [pinned(layer.statisticsSize), pinned(layer.statisticsSize)];
    for (const each of [empty, place]) layer.deferTo(each);
    layer.forward(batch);
    expect(arrays(layer)).toEqual(arrays(new BatchNorm1d(2)));
    layer.absorb([empty, place, empty]);
    const wanted = arrays(inShards([batch]));
    expect(arrays(layer)).toEqual(wanted);
    layer.absorb([empty]);
    expect(arrays(layer)).toEqual(wanted);
    // deferTo empties what an earlier step left.
    layer.deferTo(place);
    layer.absorb([place]);
    expect(arrays(layer)).toEqual(wanted);
  });

  test("of a layer that runs twice in a step are combined, and evaluation adds none", () => {
    const [a, b] = [normal([3, 2], new Random(1), 4, 2), normal([5, 2], new Random(2), -1, 1)];
    const layer = new BatchNorm1d(2);
    const place = pinned(layer.statisticsSize);
    layer.deferTo(place);
    layer.forward(a);
    layer.forward(b);
    layer.eval().forward(normal([4, 2], new Random(3)));
    layer.absorb([place]);
    for (const name of ["runningMean", "runningVariance"] as const)
      expect(layer[name]?.value.allClose(inShards([a, b])[name]?.value ?? zeros(2), { relative: 1e-6 })).toBe(true);
  });
});

describe("a captured step", () => {
  const network = () => {
    const random = new Random(1);
    return new Sequential(new Linear(3, 4, { random }), new BatchNorm1d(4), new Linear(4, 1, { random }));
  };

  /** Losses, state and explanations of a training whose shards have places of their own, or whose batches are whole. */
  function train(isCaptured: boolean, shards: number) {
    const model = network();
    const optimiser = new Adam(model.parameters());
    const random = new Random(2);
    const explanations: string[] = [];
    const once = (_shard: number, x: Tensor, y: Tensor) => {
      const loss = mseLoss(model.forward(x), y);
      loss.backward();
      return loss;
    };
    const captured = capture(once);
    const [layer] = trackingLayers(model);
    const places = Array.from({ length: shards }, () => pinned(layer.statisticsSize));
    const losses: number[] = [];
    for (let step = 0; step < 6; step++) {
      optimiser.zeroGrad();
      for (let shard = 0; shard < Math.max(1, shards); shard++) {
        if (shards > 0) layer.deferTo(places[shard]);
        const [x, y] = [normal([6, 3], random, step, 2), normal([6, 1], random)];
        losses.push((isCaptured ? captured : once)(shard, x, y).item());
        explanations.push(captured.explain());
      }
      if (shards > 0) layer.absorb(places);
      optimiser.step();
    }
    const evaluated = model
      .eval()
      .forward(ones([2, 3]))
      .value.toArray();
    return { seen: [losses, arrays(model), evaluated], explanations };
  }

  test.each([0, 1, 3])("replays the bits of the step itself, with %d places", (shards) => {
    const { seen, explanations } = train(true, shards);
    expect(seen).toEqual(train(false, shards).seen);
    // The first two calls of each shard run as usual.
    expect(explanations.filter((why) => why !== "captured")).toHaveLength(2 * Math.max(1, shards));
  });

  test("that absorbs is replayed too", () => {
    const run = (isCaptured: boolean) => {
      const layer = new BatchNorm1d(2);
      const place = pin(zeros(layer.statisticsSize));
      const absorb = () => {
        layer.absorb([place]);
      };
      const step = isCaptured ? capture(absorb) : absorb;
      for (let k = 0; k < 5; k++) {
        assign(place, tensor([4, k, 1, 2, k]));
        step();
      }
      return arrays(layer);
    };
    expect(run(true)).toEqual(run(false));
  });
});

test("refuses sizes, options, inputs and places that do not fit, and says what arrived", () => {
  const layer = new BatchNorm1d(3);
  for (const size of [0, -1, 2.5, Number.NaN])
    expect(refusal(() => new BatchNorm1d(size))).toMatch(/^ValueError: BatchNorm1d: features must be a positive/);
  expect(refusal(() => layer.forward(ones([1, 3])))).toMatchInlineSnapshot(
    `"ShapeError: BatchNorm1d: needs 2 values or more of every feature in training, got [1, 3]; drop such a batch, or normalise by the running statistics: eval()"`,
  );
  expect(refusal(() => new BatchNorm1d(3, { trackRunningStatistics: false }).eval().forward(ones([1, 3])))).toMatch(
    /^ShapeError: BatchNorm1d: needs 2 values/,
  );
  expect(layer.forward(ones([1, 3, 2])).shape).toEqual([1, 3, 2]);
  for (const shape of [[3], [4, 2], [2, 4, 3], [2, 3, 1, 1]])
    expect(refusal(() => layer.forward(ones(shape)))).toMatch(/^ShapeError: BatchNorm1d: needs \[batch, 3\] or/);
  expect(refusal(() => new BatchNorm1d(3, { momentum: 1.5 }))).toMatchInlineSnapshot(
    `"ValueError: BatchNorm1d: momentum must be a number from 0 to 1, got 1.5"`,
  );
  // @ts-expect-error PyTorch's cumulative average
  expect(refusal(() => new BatchNorm1d(3, { momentum: null }))).toMatchInlineSnapshot(
    `"ArgumentError: BatchNorm1d: momentum must be a number, got null"`,
  );
  // @ts-expect-error PyTorch's name
  expect(refusal(() => new BatchNorm1d(3, { eps: 1 }))).toMatchInlineSnapshot(
    `"ArgumentError: BatchNorm1d: there is no option "eps"; the options are momentum, epsilon, affine, trackRunningStatistics"`,
  );
  expect(refusal(() => layer.deferTo(zeros(6)))).toMatchInlineSnapshot(
    `"ShapeError: BatchNorm1d: the place must have shape [7], got [6]"`,
  );
  // @ts-expect-error one part is no array
  expect(refusal(() => layer.absorb(zeros(7)))).toMatchInlineSnapshot(
    `"ArgumentError: BatchNorm1d: needs an array of parts, got a Tensor"`,
  );
});
