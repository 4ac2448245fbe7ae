/** What the public interface is in types: the compiler checks this file, running it does nothing. */
import type { Variable } from "@polygrad/autograd";
import { type Random, type Shape, type Tensor, tensor } from "@polygrad/tensor";
import { expectTypeOf, test } from "vitest";
import * as nn from "../src/index.ts";

test("every layer takes variables or tensors and gives a variable", () => {
  expectTypeOf<nn.Input>().toEqualTypeOf<Variable | Tensor>();
  expectTypeOf<nn.ReLU | nn.GELU | nn.Tanh | nn.Sigmoid | nn.Flatten | nn.Dropout>().toExtend<nn.Module>();
  expectTypeOf<nn.Linear["forward"]>().toEqualTypeOf<(x: nn.Input) => Variable>();
  expectTypeOf<nn.Polynomial | nn.LayerNorm | nn.Sequential>().toExtend<nn.Layer>();
  expectTypeOf<{ forward(x: nn.Input): Variable }>().toExtend<nn.Layer>();
  // @ts-expect-error a layer gives a variable
  new nn.Sequential({ forward: (x: nn.Input) => x });
  // @ts-expect-error Module is a base class
  expectTypeOf(() => new nn.Module()).toBeFunction();
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
  expectTypeOf<nn.Reduction>().toEqualTypeOf<"mean" | "sum" | "none">();
  expectTypeOf<nn.AdamOptions>().toExtend<nn.OptimiserOptions>();
  // @ts-expect-error a misspelt option
  new nn.Polynomial(2, 2, { degre: 3 });
  // @ts-expect-error no such reduction
  expectTypeOf(() => nn.mseLoss(tensor(1), tensor(1), { reduction: "max" })).toBeFunction();
});
