/** What the public interface is in types: the compiler checks this file, running it does nothing. */
import type { Variable } from "@polygrad/autograd";
import {
  type Basis,
  type Random,
  type Shape,
  type Squash,
  type Tensor,
  type TensorJSON,
  tensor,
} from "@polygrad/tensor";
import { expect, expectTypeOf, test } from "vitest";
import * as nn from "../src/index.ts";

test("every layer takes variables or tensors and gives a variable", () => {
  expectTypeOf<nn.Input>().toEqualTypeOf<Variable | Tensor>();
  expectTypeOf<nn.ReLU | nn.GELU | nn.Tanh | nn.Sigmoid | nn.Flatten | nn.Dropout>().toExtend<nn.Module>();
  expectTypeOf<nn.LeakyReLU | nn.ELU | nn.SiLU | nn.Softplus | nn.Embedding>().toExtend<nn.Module>();
  expectTypeOf<nn.Linear["forward"]>().toEqualTypeOf<(x: nn.Input) => Variable>();
  expectTypeOf<nn.Polynomial | nn.LayerNorm | nn.Sequential>().toExtend<nn.Layer>();
  expectTypeOf<{ forward(x: nn.Input): Variable }>().toExtend<nn.Layer>();
  // @ts-expect-error a layer gives a variable
  expectTypeOf(() => new nn.Sequential({ forward: (x: nn.Input) => x })).toBeFunction();
  // @ts-expect-error Module is a base class
  expectTypeOf(() => new nn.Module()).toBeFunction();
});

/** Two inputs, and a third that may be left out. */
class Pair extends nn.Module {
  readonly mix = new nn.Linear(4, 1);

  forward(x: nn.Input, z: nn.Input, scale?: nn.Input): Variable {
    const y = this.mix.forward(x).mul(this.mix.forward(z));
    return scale ? y.mul(scale) : y;
  }
}

/** The calls of this function need a module, as DataParallel does. */
const trained = <Model extends nn.Module>(model: Model, loss: (model: Model) => Variable): Variable => loss(model);

test("a module may have several inputs", () => {
  expectTypeOf<Pair>().toExtend<nn.Module>();
  const x = tensor([1, 2, 3, 4]);
  expectTypeOf(trained(new Pair(), (model) => model.forward(x, x))).toEqualTypeOf<Variable>();
  expectTypeOf(nn.summary(new Pair(), [4], [4])).toEqualTypeOf<string>();
  expectTypeOf(nn.summary).parameter(1).toEqualTypeOf<Shape>();
  const wrong = [
    // @ts-expect-error too few inputs
    () => new Pair().forward(x),
    // @ts-expect-error layers of a Sequential take one input
    () => new nn.Sequential(new Pair()),
    // @ts-expect-error a layer takes one input
    () => new nn.Linear(1, 1).forward(x, x),
  ];
  expect(wrong).toHaveLength(3);
});

test("an embedding takes integers in a tensor, an array or nested arrays", () => {
  expectTypeOf<[number[][]]>().toExtend<Parameters<nn.Embedding["forward"]>>();
  expectTypeOf<[Int32Array]>().toExtend<Parameters<nn.Embedding["forward"]>>();
  expectTypeOf<[Tensor]>().toExtend<Parameters<nn.Embedding["forward"]>>();
  expectTypeOf<[string]>().not.toExtend<Parameters<nn.Embedding["forward"]>>();
});

test("parameters are variables, and only a linear layer may lack one", () => {
  expectTypeOf<nn.Linear["weight"]>().toEqualTypeOf<Variable>();
  expectTypeOf<nn.Linear["bias"]>().toEqualTypeOf<Variable | undefined>();
  expectTypeOf<nn.Polynomial["weight"] | nn.LayerNorm["weight"] | nn.LayerNorm["bias"]>().toEqualTypeOf<Variable>();
  expectTypeOf(nn.parameters).toEqualTypeOf<(model: object) => Variable[]>();
  expectTypeOf(nn.namedParameters).returns.toEqualTypeOf<Map<string, Variable>>();
  expectTypeOf(nn.namedModules).returns.toEqualTypeOf<Map<string, nn.Layer>>();
  expectTypeOf<nn.StateDict>().toEqualTypeOf<Readonly<Record<string, Tensor>>>();
  expectTypeOf<nn.Module["stateDict"]>().returns.toEqualTypeOf<nn.StateDict>();
  expectTypeOf<nn.Linear["eval"]>().returns.toEqualTypeOf<nn.Linear>();
});

test("options are optional, readonly, and checked for their spelling", () => {
  expectTypeOf(nn.Polynomial).toBeConstructibleWith(2, 3);
  expectTypeOf(nn.Polynomial).toBeConstructibleWith(2, 3, { degree: 2, elementwise: true });
  expectTypeOf<nn.PolynomialOptions>().toEqualTypeOf<{
    readonly degree?: number;
    readonly basis?: Basis;
    readonly squash?: Squash;
    readonly bias?: "outputs" | "edges";
    readonly elementwise?: boolean;
    readonly random?: Random;
    readonly initialiser?: nn.Initialiser;
  }>();
  expectTypeOf<nn.Initialiser>().toEqualTypeOf<(shape: Shape, random: Random) => Tensor>();
  for (const initialiser of [
    nn.xavierUniform,
    nn.xavierNormal,
    nn.kaimingUniform,
    nn.kaimingNormal,
    nn.polynomialUniform,
  ])
    expectTypeOf(initialiser).toExtend<nn.Initialiser>();
  // A state that was saved as JSON loads, too.
  expectTypeOf<Record<string, TensorJSON>>().toExtend<Parameters<nn.Module["loadStateDict"]>[0]>();
  expectTypeOf<nn.RMSpropOptions>().toExtend<nn.OptimiserOptions>();
  expectTypeOf<nn.KLDivLossOptions["reduction"]>().toEqualTypeOf<"batchMean" | "sum" | "none" | undefined>();
  expectTypeOf<nn.Reduction>().toEqualTypeOf<"mean" | "sum" | "none">();
  expectTypeOf<nn.AdamOptions>().toExtend<nn.OptimiserOptions>();
  // @ts-expect-error a misspelt option
  expectTypeOf(() => new nn.Polynomial(2, 2, { degre: 3 })).toBeFunction();
  // @ts-expect-error no such reduction
  expectTypeOf(() => nn.mseLoss(tensor(1), tensor(1), { reduction: "max" })).toBeFunction();
});

test("metrics that are one number have it as their value; a layer that draws random numbers need not save them", () => {
  expectTypeOf<nn.Accuracy | nn.TopKAccuracy | nn.MeanSquaredError | nn.R2>().toExtend<nn.Metric>();
  expectTypeOf<nn.ConfusionMatrix>().toExtend<nn.Metric<Tensor>>();
  expectTypeOf<nn.Accuracy["state"]>().toEqualTypeOf<nn.MetricState>();
  expectTypeOf<nn.BatchNorm1d>().toExtend<nn.Tracking>();
  expectTypeOf<{ reseed(random: Random): void }>().toExtend<nn.Stochastic>();
  expectTypeOf<nn.Dropout>().toExtend<nn.Stochastic>();
  // @ts-expect-error metrics are made by the library
  expectTypeOf(() => new nn.Metric()).toBeFunction();
});
