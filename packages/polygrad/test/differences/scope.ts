/** The values that the code in docs/pytorch.md is about: the same as in names.py. */
import { compileFunction } from "node:vm";
import * as parallel from "@polygrad/parallel";
import * as polygrad from "polygrad";
import * as node from "polygrad/node";

const { arange, Linear, Random, Sequential, SGD, TensorDataset, tensor, variable, zeros } = polygrad;

function scope(): Readonly<Record<string, unknown>> {
  const random = new Random(1);
  const x = tensor([0.3, 0.2, 0.7, 0.1, 0.4, 0.9]).reshape(2, 3);
  const y = tensor([0.7, 0.2, 0.15, 0.5, 0.6, 0.25]).reshape(2, 3);
  const [z, u, v] = [arange(24).reshape(4, 2, 3).div(32), tensor([1, 2, 3]), tensor([0.5, 0.25, 0.125])];
  const w = variable(x.mul(2));
  w.sum().backward();
  const [labels, weight, f] = [[0, 1], arange(9).reshape(3, 3), (a: polygrad.Variable) => a.square().sum()];
  const model = new Sequential(new Linear(3, 3));
  model.loadStateDict({ "layers.0.weight": weight, "layers.0.bias": zeros(3) });
  const optimiser = new SGD([w], { learningRate: 0.1 });
  const dataset = new TensorDataset(x, labels, 3);
  const values = { random, x, y, z, u, v, w, weight, f, loss: f(w), labels, model, optimiser, dataset };
  return { ...parallel, ...polygrad, ...node, ...values };
}

/** Evaluates an expression of the page. */
export function evaluate(code: string): unknown {
  const values = scope();
  return compileFunction(`return (${code});`, Object.keys(values))(...Object.values(values));
}
