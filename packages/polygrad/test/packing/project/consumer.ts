/** A user's program: it must compile against the declarations in the tarballs, methods and all. */
import { type Rules, rules, type Variable } from "@polygrad/autograd";
import { type Dataset, TensorDataset } from "@polygrad/data";
import { type Layer, Module } from "@polygrad/nn";
import type { Shape, Tensor } from "@polygrad/tensor";
import {
  Adam,
  crossEntropy,
  custom,
  DataLoader,
  exp,
  grad,
  hessian,
  LayerNorm,
  loretz2024,
  mul,
  Polynomial,
  Random,
  Sequential,
  tensor,
  variable,
} from "polygrad";
import { mnist } from "polygrad/node";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only if the type argument is `true`. */
function holds<_Condition extends true>(): void {}

// Methods have types for arguments and results, and an unknown method is an error.
const total: number = tensor([1]).add(2).sum().item();
const x: Variable = variable([1]);
x.mul(2).sum().backward();
const slope: Tensor | undefined = x.grad;
const transposed: Tensor = tensor([[1, 2]])
  .transpose()
  .matmul(tensor([[1, 2]]));
const sum = tensor([1]).add(1);
holds<Same<typeof sum, Tensor>>();
const scaled = tensor([1]).mul(x);
holds<Same<typeof scaled, Variable>>();
// Functions take numbers, tensors and variables in any mix.
const powers = [exp(x), mul(1, x), exp(sum)] as const;
holds<Same<typeof powers, readonly [Variable, Variable, Tensor]>>();
// @ts-expect-error: there is no such method
tensor([1]).integrate();
// @ts-expect-error: variables have no such method either
x.integrate();
// @ts-expect-error: a string is not an operand
x.mul("2");

// Functions of functions, rules as values, operations of your own.
const second: Variable = grad((v) => grad((u) => u.pow(3).sum())(v).sum())(tensor([2]));
const curvature: Variable = hessian((v) => v.square().sum())(tensor([1, 2]));
const product: Rules<[Variable, Variable]> = rules.mul;
const cube = custom<[Variable]>({ forward: (v) => v.mul(v).mul(v), vjp: [(g, _y, v) => g.mul(v.square()).mul(3)] });

// Modules are classes with fields.
class Residual extends Module {
  readonly inner: Layer;

  constructor(inner: Layer) {
    super();
    this.inner = inner;
  }

  forward(input: Variable | Tensor): Variable {
    return this.inner.forward(input).add(input);
  }
}
const model = new Sequential(
  new Residual(new Polynomial(2, 2, { ...loretz2024, degree: 2, random: new Random(0) })),
  new LayerNorm(2),
);
const optimiser = new Adam(model.parameters(), { learningRate: 1e-2 });
const points: Dataset = new TensorDataset(tensor([[0, 1]]), [1], 2);
for (const { inputs, labels } of new DataLoader(points, { batchSize: 1 })) {
  crossEntropy(model.forward(inputs), labels).backward();
  optimiser.step();
}
const shape: Shape = cube(second).shape;

export async function main(): Promise<void> {
  const { train } = await mnist({ download: false });
  console.log(train.length, total, slope, transposed, scaled, powers, curvature, product, shape);
}
