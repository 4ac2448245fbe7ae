/** Values and gradients of single operations against PyTorch's: every case of functional.json. */
import { readFileSync } from "node:fs";
import { type NestedArray, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { type Variable, variable } from "../src/index.ts";
import { listOf } from "./differences.ts";

/** The README next to the file describes its schema. */
interface Figure {
  readonly name: string;
  readonly op: string;
  readonly options: {
    readonly axis?: number;
    readonly correction?: number;
    readonly exponent?: number;
    readonly index?: NestedArray;
    readonly max?: number;
    readonly min?: number;
    readonly ties?: "share equally" | "one index";
  };
  readonly inputs: Readonly<Record<string, NestedArray>>;
  readonly output: NestedArray;
  readonly gradOutput: NestedArray;
  readonly gradInputs: Readonly<Record<string, NestedArray>>;
  readonly float32Deviation: number;
}

const file = new URL("../../nn/test/figures/functional.json", import.meta.url);
const { cases }: { readonly cases: readonly Figure[] } = JSON.parse(readFileSync(file, "utf8"));

const list = (values: NestedArray): number[] => (typeof values === "number" ? [values] : values.flatMap(list));
const indices = (values: NestedArray = []): Int32Array => Int32Array.from(list(values));

/** PyTorch's indices may be smaller than the tensor along other axes: they then concern its first rows or columns. */
function corner(x: Variable, { axis = 0, index = [] }: Figure["options"]): Variable {
  const { shape } = tensor(index);
  return shape.reduce((part, size, at) => (at === axis ? part : part.slice(at, 0, size)), x);
}

type Run = (inputs: readonly Variable[], options: Figure["options"]) => Variable;

const runs: Readonly<Record<string, Run>> = {
  logSumExp: ([x], { axis }) => x.logSumExp(axis),
  softplus: ([x]) => x.softplus(),
  erf: ([x]) => x.erf(),
  var: ([x], { axis, correction = 1 }) => x.variance(axis, { correction }),
  std: ([x], { axis, correction = 1 }) => x.std(axis, { correction }),
  norm: ([x], { axis }) => x.norm(axis),
  cumsum: ([x], { axis = 0 }) => x.cumsum(axis),
  max: ([x], { axis }) => x.max(axis),
  min: ([x], { axis }) => x.min(axis),
  maximum: ([a, b]) => a.maximum(b),
  minimum: ([a, b]) => a.minimum(b),
  relu: ([x]) => x.relu(),
  abs: ([x]) => x.abs(),
  clamp: ([x], { min = Number.NEGATIVE_INFINITY, max }) => (max === undefined ? x.clamp(min) : x.clamp(min, max)),
  pow: ([x, y], { exponent }) => x.pow(exponent ?? y),
  gather: ([x], options) => corner(x, options).gather(options.axis ?? 0, indices(options.index)),
  scatterAdd([x, source], { axis = 0, index }) {
    const across = 1 - axis;
    const size = source.shape[across];
    const changed = x.slice(across, 0, size).scatterAdd(source, axis, indices(index));
    return changed.intoSlice(x.shape, across, 0, size).add(x.slice(across, size).intoSlice(x.shape, across, size));
  },
  indexSelect: ([x], { axis = 0, index }) => x.indexSelect(axis, indices(index)),
};

/**
 * Relative to the size of a figure: 1e-6 is some eight roundings to float32 and above every `float32Deviation` of
 * PyTorch's own but those of logSumExp, where twice that deviation is allowed. Absolute: 1e-7, for sums that cancel.
 */
function expectFigures(
  found: readonly number[],
  wanted: NestedArray,
  { float32Deviation }: Figure,
  what: string,
): void {
  const relative = Math.max(1e-6, 2 * float32Deviation);
  const figures = list(wanted);
  expect(found.length, what).toBe(figures.length);
  for (const [i, figure] of figures.entries())
    expect(Math.abs(found[i] - figure), `${what}[${i}]: ${found[i]}, PyTorch has ${figure}`).toBeLessThanOrEqual(
      1e-7 + relative * Math.abs(figure),
    );
}

/** Gradients of one figure by Polygrad. */
function evaluated(figure: Figure): { y: Variable; gradients: Record<string, number[]> } {
  const names = Object.keys(figure.inputs);
  const inputs = names.map((name) => variable(figure.inputs[name]));
  const y = runs[figure.op](inputs, figure.options);
  y.backward(tensor(figure.gradOutput));
  return { y, gradients: Object.fromEntries(names.map((name, k) => [name, listOf(inputs[k].grad)])) };
}

test("there are 51 figures, for 18 operations", () => {
  expect(cases.length).toBe(51);
  expect([...new Set(cases.map(({ op }) => op))].toSorted()).toEqual(Object.keys(runs).toSorted());
});

describe("as PyTorch", () => {
  test.each(cases.filter(({ options }) => options.ties !== "one index"))("$name", (figure) => {
    const { y, gradients } = evaluated(figure);
    expect(y.shape).toEqual(tensor(figure.output).shape);
    expectFigures(listOf(y), figure.output, figure, "value");
    for (const [name, wanted] of Object.entries(figure.gradInputs))
      expectFigures(gradients[name], wanted, figure, `gradient with respect to ${name}`);
  });
});

/** Polygrad shares among equals (PyTorch's amax), PyTorch's max(dim) gives all to one: their totals agree. */
describe("unlike PyTorch's max(dim) and min(dim), in ties", () => {
  test.each(cases.filter(({ options }) => options.ties === "one index"))("$name", (figure) => {
    const { y, gradients } = evaluated(figure);
    expectFigures(listOf(y), figure.output, figure, "value");
    const { axis } = figure.options;
    const ours = tensor(Float32Array.from(gradients.x), tensor(figure.inputs.x).shape);
    const theirs = tensor(figure.gradInputs.x);
    expectFigures(listOf(ours.sum(axis)), list(tensor(figure.gradOutput).toArray()), figure, "the total of a line");
    const x = tensor(figure.inputs.x);
    const winners = x.eq(y.value.unsqueeze(axis ?? 0));
    const shared = theirs
      .sum(axis, { keepDims: true })
      .mul(winners)
      .div(winners.sum(axis, { keepDims: true }));
    expectFigures(listOf(ours), shared.toArray(), figure, "what PyTorch gives to one, shared among the winners,");
    expect(listOf(ours), "the ties make a difference").not.toEqual(listOf(theirs));
  });
});
