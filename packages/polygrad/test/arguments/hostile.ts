/** Values of every kind that a caller may pass by mistake, each with a name. */
import { constant, Random, type Tensor, tensor, variable, zeros } from "polygrad";

/** An array that contains itself. */
function cycle(): unknown[] {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

/** A number in that many arrays. */
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

/** An object that refuses every look at it. */
function untouchable(): object {
  const refuse = () => {
    throw new Error("a property of the untouchable was read");
  };
  return new Proxy(() => {}, { get: refuse, has: refuse, ownKeys: refuse });
}

function matrix(): Tensor {
  return tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
}

/** Numbers. */
const numbers: Readonly<Record<string, () => unknown>> = {
  NaN: () => Number.NaN,
  "0": () => 0,
  "-0": () => -0,
  "1": () => 1,
  "-1": () => -1,
  "0.5": () => 0.5,
  "-0.5": () => -0.5,
  "2^31": () => 2 ** 31,
  "2^40": () => 2 ** 40,
  "1e15": () => 1e15,
  "2^53 - 1": () => Number.MAX_SAFE_INTEGER,
  "1e300": () => 1e300,
  Infinity: () => Number.POSITIVE_INFINITY,
  "-Infinity": () => Number.NEGATIVE_INFINITY,
};

/** Tensors of several ranks, and what stands for one. */
const tensors: Readonly<Record<string, () => unknown>> = {
  "tensor []": () => tensor(2),
  "tensor [3]": () => tensor([1, 2, 3]),
  "tensor [2, 3]": matrix,
  "tensor [0, 3]": () => zeros([0, 3]),
  "tensor [1, 1, 1, 1, 1]": () => zeros([1, 1, 1, 1, 1]),
  "tensor with NaN": () => tensor([Number.NaN, 1, 2]),
  "float64 tensor": () => tensor([1, 2, 3], { dtype: "float64" }),
};
const variables: Readonly<Record<string, () => unknown>> = {
  "variable []": () => variable(2),
  "variable [2, 3]": () => variable(matrix()),
  "constant of a number": () => constant(2),
};

/** Arrays, most of them not what any function wants. */
const arrays: Readonly<Record<string, () => unknown>> = {
  "[]": () => [],
  "[1]": () => [1],
  "[2, 3]": () => [2, 3],
  "[[1, 2], [3, 4]]": () => [
    [1, 2],
    [3, 4],
  ],
  "[NaN]": () => [Number.NaN],
  "[-1]": () => [-1],
  "[0.5]": () => [0.5],
  "[2^31]": () => [2 ** 31],
  "[2^40, 2^40]": () => [2 ** 40, 2 ** 40],
  "[1e300]": () => [1e300],
  '["a"]': () => ["a"],
  "[undefined]": () => [undefined],
  "[null]": () => [null],
  "[1n]": () => [1n],
  "[a symbol]": () => [Symbol("s")],
  "[{}]": () => [{}],
  "[a number object]": () => [Object(1)],
  "[a tensor]": () => [matrix()],
  "[a variable]": () => [variable(matrix())],
  "one hole": () => new Array(1),
  "three holes": () => new Array(3),
  "a cycle": cycle,
  "nested 20000 deep": () => nested(20_000),
};
const typedArrays: Readonly<Record<string, () => unknown>> = {
  "Float32Array [1]": () => Float32Array.of(1),
  "Float64Array [1]": () => Float64Array.of(1),
  "Int32Array [0]": () => Int32Array.of(0),
  "Int32Array [7]": () => Int32Array.of(7),
  "Uint8Array [0]": () => Uint8Array.of(0),
  "BigInt64Array [1n]": () => BigInt64Array.of(1n),
};

const others: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  '""': () => "",
  '"text"': () => "text",
  '"1"': () => "1",
  "a symbol": () => Symbol("s"),
  "1n": () => 1n,
  "a function": () => () => 1,
  "{}": () => ({}),
  "an object without a prototype": () => Object.create(null),
  "an object without a constructor": () => ({ constructor: null }),
  "an object whose constructor has a symbol for a name": () => ({ constructor: { name: Symbol("s") } }),
  "an object that looks like an array": () => ({ length: 1e15 }),
  "an object with an unknown option": () => ({ unknownOption: 1 }),
  "a number object": () => Object(1),
  "a string object": () => Object("text"),
  "a date": () => new Date(0),
  "a map": () => new Map(),
  "a promise": () => Promise.resolve(1),
  "an ArrayBuffer": () => new ArrayBuffer(8),
  "a Random": () => new Random(1),
  "an untouchable": untouchable,
};

/** All values by name. */
export const hostile: Readonly<Record<string, () => unknown>> = {
  ...others,
  ...numbers,
  ...tensors,
  ...variables,
  ...arrays,
  ...typedArrays,
};

/** The names of groups of values. */
export const NUMBERS: readonly string[] = Object.keys(numbers);
export const TENSORS: readonly string[] = Object.keys(tensors);
export const VARIABLES: readonly string[] = Object.keys(variables);
