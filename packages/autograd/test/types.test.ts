/** What the compiler says of methods, operations and transforms; checked by the type-checker, run for company. */
import {
  add,
  type Basis,
  concat,
  einsum,
  exp,
  matmul,
  mul,
  type Numeric,
  type Operand,
  type Squash,
  stack,
  type Tensor,
  tensor,
  where,
} from "@polygrad/tensor";
import { describe, expectTypeOf, test } from "vitest";
import { custom, grad, hessian, type Op, type Variable, valueAndGrad, variable, vjp } from "../src/index.ts";

const x = variable([1, 2]);

describe("methods", () => {
  test("take operands and give variables", () => {
    expectTypeOf(x.add(2)).toEqualTypeOf<Variable>();
    expectTypeOf(x.add(tensor([1, 2]))).toEqualTypeOf<Variable>();
    expectTypeOf<Variable["mul"]>().parameters.toEqualTypeOf<[Operand]>();
    expectTypeOf<Variable["exp"]>().parameters.toEqualTypeOf<[]>();
    expectTypeOf<Variable["where"]>().parameters.toEqualTypeOf<[Operand, Operand]>();
    expectTypeOf<Variable["polynomial"]>().parameters.toEqualTypeOf<
      [Operand, basis?: Basis, squash?: Squash, constants?: boolean]
    >();
    expectTypeOf<Variable["layerNorm"]>().toBeCallableWith(1, 2, 1e-5);
    expectTypeOf<Variable["sum"]>().toBeCallableWith([0, -1], { keepDims: true });
    expectTypeOf<Variable["slice"]>().toBeCallableWith(0, undefined, 3, 2);
  });

  test("of functions in the table have the functions' results", () => {
    expectTypeOf(x.split(1)).toEqualTypeOf<Variable[]>();
    expectTypeOf(x.mean()).toEqualTypeOf<Variable>();
    expectTypeOf<Variable["select"]>().parameters.toEqualTypeOf<[axis: number, index: number]>();
  });

  test("refuse wrong arguments", () => {
    const never = () => {
      // @ts-expect-error a string is not an operand
      x.add("2");
      // @ts-expect-error a nested array is not an operand; variable([..]) or tensor([..]) makes one
      x.add([1, 2]);
      // @ts-expect-error add takes one operand
      x.add(1, 2);
      // @ts-expect-error add takes an operand
      x.add();
      // @ts-expect-error exp takes none
      x.exp(1);
      // @ts-expect-error the epsilon is a number
      x.layerNorm(1, 2, "small");
      // @ts-expect-error the labels are integers
      x.crossEntropy("12");
      // @ts-expect-error no such operation
      x.frobnicate();
      // @ts-expect-error methods cannot be replaced
      x.exp = x.log;
    };
    expectTypeOf(never).toBeFunction();
  });
});

describe("operations", () => {
  test("have a rule for every input, or do not compile", () => {
    const forward = (a: Tensor, b: Tensor) => a.add(b);
    const whole: Op<[Variable, Variable]> = { forward, vjp: [(g) => g, (g) => g] };
    // @ts-expect-error one rule is missing
    const lacking: Op<[Variable, Variable]> = { forward, vjp: [(g) => g] };
    // @ts-expect-error one rule too many
    const excessive: Op<[Variable]> = { forward: (a) => a, vjp: [(g) => g, (g) => g] };
    // @ts-expect-error a rule gives a variable, not a tensor
    const raw: Op<[Variable]> = { forward: (a) => a, vjp: [(g) => g.value] };
    // @ts-expect-error an operation computes a tensor
    const noTensor: Op<[Variable]> = { forward: () => 1, vjp: [(g) => g] };
    expectTypeOf([whole, lacking, excessive, raw, noTensor]).toBeArray();
  });

  test("of your own have typed inputs and options", () => {
    const scale = custom<[Variable], [factor: number]>({
      forward: (a, factor) => a.mul(factor),
      vjp: [(g, _y, _a, factor) => g.mul(factor)],
    });
    expectTypeOf(scale).parameters.toEqualTypeOf<[Operand, factor: number]>();
    expectTypeOf(scale(1, 2)).toEqualTypeOf<Variable>();
    // @ts-expect-error the factor is missing
    expectTypeOf(() => scale(1)).toBeFunction();
  });
});

describe("transforms", () => {
  test("give one gradient for one argument, several for several", () => {
    expectTypeOf(grad((a) => a)).returns.toEqualTypeOf<Variable>();
    expectTypeOf(grad((a, b) => a.mul(b), 1)).returns.toEqualTypeOf<Variable>();
    expectTypeOf(grad((a, b) => a.mul(b), [0, 1])).returns.toEqualTypeOf<Variable[]>();
    expectTypeOf(valueAndGrad((a) => a)).returns.toEqualTypeOf<[Variable, Variable]>();
    expectTypeOf(valueAndGrad((a) => a, [0])).returns.toEqualTypeOf<[Variable, Variable[]]>();
    expectTypeOf(hessian((a) => a)).returns.toEqualTypeOf<Variable>();
    expectTypeOf(vjp((a) => a, 1)).toEqualTypeOf<[Variable, (seed: Operand) => Variable[]]>();
  });

  test("take functions of variables only", () => {
    // @ts-expect-error the function gives a number
    expectTypeOf(() => grad((a) => a.item())).toBeFunction();
    // @ts-expect-error the function wants a tensor
    expectTypeOf(() => grad((a: Tensor) => variable(a))).toBeFunction();
  });
});

test("joining tensors gives a tensor, joining variables a variable", () => {
  const [t, v] = [tensor([1]), variable([1])];
  expectTypeOf(concat([t])).toEqualTypeOf<Tensor>();
  expectTypeOf(concat([v, t])).toEqualTypeOf<Variable>();
  expectTypeOf(concat([t, v])).toEqualTypeOf<Variable>();
  expectTypeOf(stack([v])).toEqualTypeOf<Variable>();
  expectTypeOf(stack([t, t], 1)).toEqualTypeOf<Tensor>();
  expectTypeOf(einsum("i,i->", t, t)).toEqualTypeOf<Tensor>();
  expectTypeOf(einsum("i,i->", t, v)).toEqualTypeOf<Variable>();
  expectTypeOf(einsum("i->i", v)).toEqualTypeOf<Variable>();
});

test("free functions and methods give a variable if any operand is one, else a tensor", () => {
  const [t, v] = [tensor([1]), variable([1])];
  expectTypeOf(exp(v)).toEqualTypeOf<Variable>();
  expectTypeOf(exp(t)).toEqualTypeOf<Tensor>();
  expectTypeOf(exp(2)).toEqualTypeOf<Tensor>();
  expectTypeOf(mul(1, v)).toEqualTypeOf<Variable>();
  expectTypeOf(mul(v, 1)).toEqualTypeOf<Variable>();
  expectTypeOf(mul(t, 2)).toEqualTypeOf<Tensor>();
  expectTypeOf(add(1, 2)).toEqualTypeOf<Tensor>();
  expectTypeOf(matmul(t, v)).toEqualTypeOf<Variable>();
  expectTypeOf(where(t, v, 0)).toEqualTypeOf<Variable>();
  expectTypeOf(where(t, 0, v)).toEqualTypeOf<Variable>();
  expectTypeOf(where(t, t, 0)).toEqualTypeOf<Tensor>();
  expectTypeOf(t.mul(v)).toEqualTypeOf<Variable>();
  expectTypeOf(t.mul(t)).toEqualTypeOf<Tensor>();
  expectTypeOf(v.mul(t)).toEqualTypeOf<Variable>();
  expectTypeOf(v.mul(v)).toEqualTypeOf<Variable>();
  expectTypeOf(t.where(v, 0)).toEqualTypeOf<Variable>();
  expectTypeOf(t.where(0, v)).toEqualTypeOf<Variable>();
  expectTypeOf(t.where(0, t)).toEqualTypeOf<Tensor>();
  expectTypeOf(t.exp()).toEqualTypeOf<Tensor>();
  expectTypeOf(t.split(1)).toEqualTypeOf<Tensor[]>();
  expectTypeOf<Tensor | Variable>().toExtend<Numeric>();
});
