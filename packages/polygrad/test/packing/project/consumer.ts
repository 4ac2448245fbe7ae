/** A user's program: it must compile against the declarations in the tarballs, methods and all. */
import { type Op, ops, type Variable } from "@polygrad/autograd";
import { type Dataset, TensorDataset } from "@polygrad/data";
import { type Layer, Module } from "@polygrad/nn";
import type { Shape, Tensor } from "@polygrad/tensor";
import {
  Adam,
  crossEntropy,
  custom,
  DataLoader,
  grad,
  hessian,
  LayerNorm,
  type Operand,
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

// Methods are typed, with their arguments and results; and what is not there is an error.
const total: number = tensor([1]).add(2).sum().item();
const x: Variable = variable([1]);
x.mul(2).sum().backward();
const slope: Tensor | undefined = x.grad;
const transposed: Tensor = tensor([[1, 2]])
  .transpose()
  .matmul(tensor([[1, 2]]));
holds<Same<ReturnType<Tensor["add"]>, Tensor>>();
holds<Same<ReturnType<Variable["mul"]>, Variable>>();
holds<Same<Parameters<Variable["mul"]>, [Operand]>>();
// @ts-expect-error: there is no such method
tensor([1]).integrate();
// @ts-expect-error: nor on variables
x.integrate();
// @ts-expect-error: a string is no operand
x.mul("2");

// Functions of functions, operations as values, operations of one's own.
const second: Variable = grad((v) => grad((u) => u.pow(3).sum())(v).sum())(tensor([2]));
const curvature: Variable = hessian((v) => v.square().sum())(tensor([1, 2]));
const product: Op<[Variable, Variable]> = ops.mul;
const cube = custom<[Variable]>({ kernel: (v) => v.mul(v).mul(v), vjp: [(g, _y, v) => g.mul(v.square()).mul(3)] });

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
  new Residual(new Polynomial(2, 2, { degree: 2, random: new Random(0) })),
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
  console.log(train.length, total, slope, transposed, curvature, product, shape);
}
