/** Standardisation, compared with exact integer arithmetic, and its inverse. */
import { variable } from "@polygrad/autograd";
import { Random, type Tensor, tensor, uniform, zeros } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Dataset,
  ImageDataset,
  randomSplit,
  Standardiser,
  standardise,
  type Targets,
  TensorDataset,
} from "../src/index.ts";
import { refusal } from "./refusal.ts";

/** Mean and deviation of integers, as scikit-learn's StandardScaler defines them: exact until the last rounding. */
function exactly(values: readonly number[]): { mean: number; deviation: number } {
  const n = BigInt(values.length);
  const sum = values.reduce((total, value) => total + BigInt(value), 0n);
  const squares = values.reduce((total, value) => total + BigInt(value) ** 2n, 0n);
  const variance = Number(n * squares - sum ** 2n) / Number(n * n);
  return { mean: Number(sum) / Number(n), deviation: variance === 0 ? 1 : Math.sqrt(variance) };
}

function expectClose(x: ArrayLike<number>, y: ArrayLike<number>, relative: number): void {
  expect(x.length).toBe(y.length);
  for (let k = 0; k < x.length; k++) expect(Math.abs(x[k] - y[k])).toBeLessThanOrEqual(relative * Math.abs(y[k]));
}

/** Integers that float32 holds exactly, most of them far from 0. */
const integers = fc
  .tuple(fc.integer({ min: -8_000_000, max: 8_000_000 }), fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 }))
  .map(([offset, list]) => list.map((value) => offset + value));

test("mean and deviation are exact to 12 digits, however far from 0 the values are", () => {
  fc.assert(
    fc.property(integers, (values) => {
      const { mean, deviation } = standardise(tensor(values)).stateDict();
      const exact = exactly(values);
      expectClose(mean.data, [exact.mean], 1e-12);
      expectClose(deviation.data, [exact.deviation], 1e-12);
    }),
  );
});

test("a constant feature becomes 0, whatever the constant", () => {
  const values = [0.1, 1e-30, -3e38, 0];
  const x = tensor(Array.from({ length: 7 }, () => values));
  const scaler = standardise(x);
  expect([...scaler.stateDict().deviation.data]).toEqual([1, 1, 1, 1]);
  expect(scaler.transform(x).data.every((value) => value === 0)).toBe(true);
  expect(scaler.inverse(scaler.transform(x)).toArray()).toEqual(x.toArray());
});

describe("transform", () => {
  const x = uniform([60, 2, 3], new Random(1), -5, 20);
  const [train, other] = [x.slice(0, 0, 40), x.slice(0, 40)];

  test("gives every feature of the training part mean 0 and variance 1", () => {
    for (const { mean, deviation } of measured(standardise(train).transform(train))) {
      expect(Math.abs(mean)).toBeLessThan(1e-7);
      expect(Math.abs(deviation - 1)).toBeLessThan(1e-7);
    }
  });

  test("gives other samples the scale of the training part, rounded once", () => {
    const own = measured(train);
    const expected = other.toFloat64().data.map((value, at) => (value - own[at % 6].mean) / own[at % 6].deviation);
    expect(standardise(train).transform(other).shape).toEqual([20, 2, 3]);
    expectClose(standardise(train).transform(other).data, expected, 2 ** -24);
  });

  test("is undone by inverse", () => {
    const scaler = standardise(x);
    expect(scaler.inverse(scaler.transform(x)).sub(x).abs().max().item()).toBeLessThan(2 ** -19);
    const double = x.toFloat64();
    expect(scaler.inverse(scaler.transform(double)).sub(double).abs().max().item()).toBeLessThan(2 ** -48);
  });

  test("leaves its argument as it is, and reads views", () => {
    const view = tensor([
      [1, 2, 3],
      [4, 8, 12],
    ]).transpose();
    const [before, scaler] = [view.toArray(), standardise(view)];
    expect(scaler.transform(view).toArray()).toEqual(scaler.transform(view.clone()).toArray());
    expect(scaler.stateDict().mean.toArray()).toEqual([2, 8]);
    expect(view.toArray()).toEqual(before);
  });
});

describe("datasets", () => {
  const inputs = uniform([50, 3], new Random(2), 0, 9);
  const dataset = new TensorDataset(inputs, inputs.mul(100).add(7));

  test("inputs and targets are standardised one by one, in subsets too", () => {
    const [train, test] = randomSplit(dataset, [0.8, 0.2], 3);
    const [ofInputs, ofTargets] = [standardise(train), standardise(train, "targets")];
    const scaled = ofTargets.transform(ofInputs.transform(train));
    // The targets depend on the inputs linearly, so both have the same distances from their means.
    expect(scaled.inputs.sub(scaled.targets).abs().max().item()).toBeLessThan(1e-5);
    for (const { mean } of measured(scaled.targets)) expect(Math.abs(mean)).toBeLessThan(1e-6);
    const back = ofInputs.inverse(ofTargets.inverse(ofTargets.transform(ofInputs.transform(test))));
    expect(back.inputs.sub(inputsOf(test)).abs().max().item()).toBeLessThan(1e-5);
    expect(back.targets.sub(test.targets).abs().max().item()).toBeLessThan(1e-3);
  });

  test("labels stay as they are", () => {
    const images = new ImageDataset(Uint8Array.of(0, 255, 255, 0, 255, 0), [1, 2], [1, 0, 1], 2);
    const scaled: TensorDataset = standardise(images).transform(images);
    expect([scaled.labels, scaled.classes, scaled.sampleShape]).toEqual([Int32Array.of(1, 0, 1), 2, [1, 2]]);
    const [long, short] = [Math.SQRT2, Math.SQRT1_2];
    expectClose(scaled.inputs.data, [-long, long, short, -short, short, -short], 1e-7);
    expect(refusal(() => standardise(images, "targets"))).toMatchInlineSnapshot(
      `"DatasetError: standardise: the targets are classes, which have no mean; standardise "inputs" only"`,
    );
  });
});

test("the state goes through JSON without loss", () => {
  const x = uniform([9, 2], new Random(4), 0, 1);
  const scaler = standardise(x, "targets");
  const again = new Standardiser(JSON.parse(JSON.stringify(scaler.stateDict())), "targets");
  expect(again.stateDict()).toEqual(scaler.stateDict());
  expect(again.part).toBe("targets");
  expect(again.transform(x).toArray()).toEqual(scaler.transform(x).toArray());
});

test("what cannot be standardised is refused", () => {
  const scaler = standardise(tensor([[1, 2]]));
  const [one, two] = [tensor([1]), tensor([1, 2])];
  const calls: (() => unknown)[] = [
    () => standardise(tensor(1)),
    () => standardise(tensor([], [0, 3])),
    () =>
      standardise(
        tensor([
          [1, Number.NaN],
          [2, 3],
        ]),
      ),
    () => standardise(tensor([1, Number.POSITIVE_INFINITY])),
    () => scaler.transform(tensor([1, 2])),
    () => scaler.inverse(tensor([[1, 2, 3]])),
    () => Reflect.apply(scaler.transform, scaler, [variable([1, 2])]),
    () => Reflect.construct(Standardiser, [{ mean: one }]),
    () => new Standardiser({ mean: one, deviation: two }),
    () => new Standardiser({ mean: one, deviation: tensor([0]) }),
    () => new Standardiser({ mean: tensor([Number.NaN]), deviation: one }),
  ];
  expect(calls.map(refusal)).toMatchInlineSnapshot(`
    [
      "ValueError: standardise: expected samples, [n, ...featureShape], got shape []",
      "ValueError: standardise: expected samples, [n, ...featureShape], got shape [0, 3]",
      "ValueError: standardise: feature 1 has a value that is not finite; leave out such samples first",
      "ValueError: standardise: feature 0 has a value that is not finite; leave out such samples first",
      "ShapeError: Standardiser.transform: expected [n, 2], got [2]; give the features that the standardiser was fitted to",
      "ShapeError: Standardiser.inverse: expected [n, 2], got [1, 3]; give the features that the standardiser was fitted to",
      "ArgumentError: Standardiser.transform: expected a tensor or a dataset, got a variable; pass its value",
      "ArgumentError: Standardiser: the state must be { mean, deviation }, as stateDict() returns, but deviation is undefined",
      "ShapeError: Standardiser: mean has shape [1] and deviation [2]; give one of each per feature",
      "ValueError: Standardiser: means must be finite, and deviations finite numbers above 0",
      "ValueError: Standardiser: means must be finite, and deviations finite numbers above 0",
    ]
  `);
});

function inputsOf(dataset: Dataset<Targets>): Tensor {
  const out = zeros([dataset.length, ...dataset.sampleShape]);
  dataset.gatherInto(
    Int32Array.from({ length: dataset.length }, (_, index) => index),
    out,
  );
  return out;
}

/** Mean and deviation of each feature, in float64. */
function measured(x: Tensor): { mean: number; deviation: number }[] {
  const data = Float64Array.from(x.clone().data);
  const size = data.length / x.shape[0];
  return Array.from({ length: size }, (_, feature) => {
    const own = data.filter((_, at) => at % size === feature);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    return { mean, deviation: Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length) };
  });
}
