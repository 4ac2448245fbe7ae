/** Every operator computes here what it computes in ONNX Runtime, in each opset that changes it. */
import { noGrad } from "@polygrad/autograd";
import { Random, type Tensor, tensor, uniform } from "@polygrad/tensor";
import * as ort from "onnxruntime-web";
import { describe, expect, test } from "vitest";
import { fromOnnx } from "../../src/onnx/from-onnx.ts";
import { operators } from "../../src/onnx/operators/index.ts";
import { floatTensor, type Given, handmade, integerTensor, TYPES, tensorMessage } from "./handmade.ts";
import "./runtime.ts";

const random = new Random(4);
const x = uniform([2, 3, 4], random, -2, 2);
const positive = uniform([2, 3, 4], random, 0.1, 2);
const unit = uniform([2, 3, 4], random, -0.9, 0.9);
const matrix = uniform([3, 4], random, -2, 2);

/** An input of a node: a tensor of floats that is given in the call, integers or floats of the file; null is left out. */
type Operand =
  | Tensor
  | { readonly integers: readonly number[]; readonly shape?: readonly number[] }
  | { readonly booleans: readonly number[] }
  | null;
const integers = (...values: readonly number[]): Operand => ({ integers: values });
const scalar = (value: number): Operand => ({ integers: [value], shape: [] });

interface Case {
  readonly operator: string;
  readonly inputs: readonly Operand[];
  readonly attributes?: Readonly<Record<string, Given>>;
  readonly opset?: number;
  /** The element type of the results; float by default. */
  readonly type?: number;
  readonly results?: number;
}

const of = (operator: string, ...inputs: readonly Operand[]): Case => ({ operator, inputs });
const withAttributes = (given: Case, attributes: Readonly<Record<string, Given>>, opset = 17): Case => ({
  ...given,
  attributes,
  opset,
});
const inOpset = (given: Case, opset: number): Case => ({ ...given, opset });
const giving = (given: Case, type: number): Case => ({ ...given, type });

const weights = (...shape: readonly number[]) => uniform(shape, random, 0.2, 1);
const row = weights(4);
const batchNorm = [x, weights(3), weights(3), weights(3), weights(3)];

const cases: readonly Case[] = [
  ...["Abs", "Atan", "Ceil", "Celu", "Cos", "Elu", "Erf", "Exp", "Floor", "HardSigmoid", "HardSwish", "Identity"].map(
    (name) => of(name, x),
  ),
  ...["LeakyRelu", "Neg", "Relu", "Round", "Selu", "Sigmoid", "Sign", "Sin", "Softplus", "Softsign"].map((name) =>
    of(name, x),
  ),
  ...["Tan", "Tanh", "ThresholdedRelu", "Cosh", "Sinh", "Dropout", "Flatten", "Transpose"].map((name) => of(name, x)),
  ...["Log", "Sqrt", "Reciprocal"].map((name) => of(name, positive)),
  ...["Acos", "Asin"].map((name) => of(name, unit)),
  withAttributes(of("Celu", x), { alpha: { float: 0.5 } }),
  withAttributes(of("Elu", x), { alpha: { float: 0.5 } }),
  withAttributes(of("LeakyRelu", x), { alpha: { float: 0.5 } }),
  withAttributes(of("HardSigmoid", x), { alpha: { float: 0.5 }, beta: { float: 0.1 } }),
  withAttributes(of("Selu", x), { alpha: { float: 2 }, gamma: { float: 0.5 } }),
  withAttributes(of("ThresholdedRelu", x), { alpha: { float: 0.5 } }),
  inOpset(of("Mish", x), 18),
  inOpset(of("Gelu", x), 20),
  withAttributes(of("Gelu", x), { approximate: { text: "tanh" } }, 20),
  of("PRelu", x, row),
  withAttributes(of("Clip", x), { min: { float: -0.5 }, max: { float: 0.7 } }, 9),
  of("Clip", x, tensor(-0.5), tensor(0.7)),
  of("Clip", x, null, tensor(0.7)),
  ...["Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean"].map((name) => of(name, x, row)),
  ...["Max", "Min", "Sum", "Mean"].map((name) => of(name, x, row, matrix)),
  of("Pow", positive, row),
  of("Pow", x, scalar(3)),
  giving(of("Add", integers(7, -7, 6), integers(2, 2, -4)), TYPES.int64),
  giving(of("Div", integers(7, -7, 6), integers(2, 2, -4)), TYPES.int64),
  giving(of("Pow", integers(7, -7, 6), integers(2, 3, 1)), TYPES.int64),
  ...["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"].map((name) =>
    giving(of(name, x, tensor([0.1])), TYPES.bool),
  ),
  giving(of("Equal", integers(1, 2, 3), integers(1, 0, 3)), TYPES.bool),
  giving(of("IsNaN", tensor([1, Number.NaN])), TYPES.bool),
  ...["And", "Or", "Xor"].map((name) =>
    giving(of(name, { booleans: [0, 0, 1, 1] }, { booleans: [0, 1, 0, 1] }), TYPES.bool),
  ),
  giving(of("Not", { booleans: [0, 1] }), TYPES.bool),
  of("Where", { booleans: [0, 1, 0, 1] }, x, row),
  giving(withAttributes(of("Cast", x), { to: TYPES.int64 }), TYPES.int64),
  giving(withAttributes(of("Cast", tensor([0, 0.5, -1])), { to: TYPES.bool }), TYPES.bool),
  withAttributes(of("Cast", integers(3, -2)), { to: TYPES.float }),
  giving(withAttributes(of("Cast", x), { to: TYPES.double }), TYPES.double),
  withAttributes(of("Cast", { booleans: [0, 1] }), { to: TYPES.float }),

  of("MatMul", x, weights(4, 2)),
  of("MatMul", x, weights(4)),
  of("MatMul", x, weights(2, 4, 5)),
  of("Gemm", matrix, weights(4, 2)),
  of("Gemm", matrix, weights(4, 2), weights(2)),
  of("Gemm", matrix, weights(4, 2), weights(3, 1)),
  of("Gemm", matrix, weights(4, 1), weights(1)),
  withAttributes(of("Gemm", matrix, weights(2, 4), weights(2)), { transB: 1 }),
  withAttributes(of("Gemm", matrix, weights(3, 2), weights(2)), {
    transA: 1,
    alpha: { float: 0.5 },
    beta: { float: 2 },
  }),
  ...["Softmax", "LogSoftmax"].flatMap((name) => [
    of(name, x),
    withAttributes(of(name, x), { axis: 1 }),
    inOpset(of(name, x), 11),
    withAttributes(of(name, x), { axis: 2 }, 11),
    withAttributes(of(name, x), { axis: 0 }, 11),
  ]),
  of("LayerNormalization", x, row, weights(4)),
  of("LayerNormalization", x, row),
  withAttributes(of("LayerNormalization", x, weights(3, 4), weights(3, 4)), { axis: 1, epsilon: { float: 0.1 } }),
  of("BatchNormalization", ...batchNorm),
  withAttributes(of("BatchNormalization", ...batchNorm), { epsilon: { float: 0.1 }, momentum: { float: 0.5 } }),
  inOpset(of("BatchNormalization", ...batchNorm), 9),
  of("BatchNormalization", matrix, ...batchNorm.slice(1).map(() => weights(4))),

  ...["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare"].flatMap((name) => {
    const reduce = of(`Reduce${name}`, positive);
    const given = of(`Reduce${name}`, positive, integers(0, -1));
    const attribute = withAttributes(reduce, { axes: [0, -1], keepdims: 0 }, 11);
    return [
      reduce,
      attribute,
      inOpset(given, 18),
      withAttributes(inOpset(given, 18), { keepdims: 0 }, 18),
      withAttributes(reduce, { noop_with_empty_axes: 1 }, 18),
    ];
  }),
  of("ReduceSum", x, integers(1)),
  ...["ArgMax", "ArgMin"].flatMap((name) => [
    giving(of(name, x), TYPES.int64),
    giving(withAttributes(of(name, x), { axis: -1, keepdims: 0 }), TYPES.int64),
  ]),

  withAttributes(of("Concat", x, positive), { axis: 1 }),
  withAttributes(of("Concat", x, positive, x), { axis: -1 }),
  giving(withAttributes(of("Concat", integers(1), integers(2, 3)), { axis: 0 }), TYPES.int64),
  withAttributes(of("Constant"), { value: { tensor: floatTensor("", matrix) } }),
  withAttributes(of("Constant"), { value_float: { float: 0.5 } }),
  withAttributes(of("Constant"), { value_floats: { floats: [0.5, 2] } }),
  giving(withAttributes(of("Constant"), { value_int: -3 }), TYPES.int64),
  giving(withAttributes(of("Constant"), { value_ints: [-3, 4] }), TYPES.int64),
  of("ConstantOfShape", integers(2, 3)),
  giving(
    withAttributes(of("ConstantOfShape", integers(2, 3)), { value: { tensor: integerTensor("", [7]) } }),
    TYPES.int64,
  ),
  of("Expand", row, integers(3, 1)),
  of("Expand", matrix, integers(2, 1, 4)),
  ...[0, 2, 3, -1].map((axis) => withAttributes(of("Flatten", x), { axis })),
  of("Gather", x, scalar(1)),
  withAttributes(of("Gather", x, { integers: [0, -1, 2, 0], shape: [2, 2] }), { axis: 1 }),
  of("Reshape", x, integers(4, -1)),
  of("Reshape", x, integers(0, 0, 2, 2)),
  giving(of("Shape", x), TYPES.int64),
  giving(withAttributes(of("Shape", x), { start: 1, end: -1 }), TYPES.int64),
  giving(of("Size", x), TYPES.int64),
  of("Slice", x, integers(1), integers(2)),
  of("Slice", x, integers(0, 1), integers(2, Number.MAX_SAFE_INTEGER), integers(0, -1)),
  of("Slice", x, integers(-1, -1), integers(-9, -3), integers(1, 2), integers(-1, -2)),
  withAttributes(of("Slice", x), { starts: [1, 0], ends: [3, -1], axes: [2, 1] }, 9),
  withAttributes(of("Slice", x), { starts: [1], ends: [2] }, 9),
  { ...withAttributes(of("Split", x), { axis: 2 }), results: 2 },
  { ...withAttributes(of("Split", x, integers(1, 3)), { axis: -1 }), results: 2 },
  { ...withAttributes(of("Split", x), { axis: 2, split: [3, 1] }, 11), results: 2 },
  { ...withAttributes(of("Split", x), { axis: 1, num_outputs: 2 }, 18), results: 2 },
  of("Squeeze", weights(1, 3, 1)),
  of("Squeeze", weights(1, 3, 1), integers(-1)),
  withAttributes(of("Squeeze", weights(1, 3, 1)), { axes: [0] }, 11),
  of("Unsqueeze", matrix, integers(0, -1)),
  of("Unsqueeze", matrix, integers(-1, 0)),
  withAttributes(of("Unsqueeze", matrix), { axes: [1] }, 11),
  withAttributes(of("Transpose", x), { perm: [1, 2, 0] }),
];

/** A model of one node; tensors of floats are its inputs. */
function modelOf({ operator, inputs, attributes = {}, opset = 17, type = TYPES.float, results = 1 }: Case) {
  const names = inputs.map((operand, k) => (operand === null ? "" : `x${k}`));
  const outputs = Array.from({ length: results }, (_, k) => `y${k}`);
  return handmade({
    opset,
    nodes: [{ operator, inputs: names, outputs, attributes }],
    inputs: inputs.flatMap((operand, k) =>
      isTensor(operand) ? [[names[k], TYPES.float, operand.shape] as const] : [],
    ),
    outputs: outputs.map((name) => [name, type] as const),
    initialisers: inputs.flatMap((operand, k) => {
      if (operand === null || isTensor(operand)) return [];
      if ("integers" in operand) return [integerTensor(names[k], operand.integers, operand.shape)];
      return [
        tensorMessage(names[k], TYPES.bool, [operand.booleans.length]).bytes(9, Uint8Array.from(operand.booleans)),
      ];
    }),
  });
}

function isTensor(operand: Operand): operand is Tensor {
  return operand !== null && "storage" in operand;
}

test("there is a case of every operator", () => {
  expect([...new Set(cases.map(({ operator }) => operator))].sort()).toEqual([...operators.keys()].sort());
});

describe.each(
  cases.map(
    (each) =>
      [
        `${each.operator} ${JSON.stringify(each.attributes ?? {}).slice(0, 60)}, opset ${each.opset ?? 17}`,
        each,
      ] as const,
  ),
)("%s", (_, given) => {
  test("gives the same", async () => {
    const file = modelOf(given);
    const tensors = given.inputs.flatMap((operand, k) => (isTensor(operand) ? [[`x${k}`, operand] as const] : []));
    const session = await ort.InferenceSession.create(file);
    const feeds = tensors.map(
      ([name, x]) => [name, new ort.Tensor("float32", Float32Array.from(x.clone().data), [...x.shape])] as const,
    );
    const expected = await session.run(Object.fromEntries(feeds));
    const results = noGrad(() => fromOnnx(file).run(Object.fromEntries(tensors)));
    expect(Object.keys(results)).toEqual(session.outputNames);
    for (const [name, { value }] of Object.entries(results)) {
      expect(value.shape).toEqual(expected[name].dims);
      const numbers = Array.from(expected[name].data, Number);
      const largest = Math.max(1, ...numbers.map(Math.abs).filter(Number.isFinite));
      for (const [i, number] of Array.from(value.clone().data).entries())
        expect(Math.abs(number - numbers[i]) / largest, `element ${i}: ${number}, not ${numbers[i]}`).toBeLessThan(
          1e-6,
        );
    }
  });
});
