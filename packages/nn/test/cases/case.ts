/** What the gradient checker is given: a function and a point; and points that keep away from kinks. */
import type { Variable } from "@polygrad/autograd";
import { normal, Random, type Shape, type Tensor, uniform } from "@polygrad/tensor";
import { type Layer, namedParameters } from "../../src/index.ts";

/** A function and the point where its gradients are checked. */
export interface Case {
  readonly f: (...xs: Variable[]) => Variable;
  readonly inputs: readonly Tensor[];
}

/** Cases of one layer or loss, by what distinguishes them. */
export type Cases = Readonly<Record<string, Case>>;

/** The same cases, each name after `what`. */
export function named(what: string, cases: Cases): Cases {
  return Object.fromEntries(Object.entries(cases).map(([name, each]) => [`${what}, ${name}`, each]));
}

const random = new Random(11);

/** Numbers of both signs, between 0.2 and 1.5 in size: no central difference steps over 0. */
export function awayFrom0(shape: Shape): Tensor {
  const signs = uniform(shape, random, -1, 1).ge(0).mul(2).sub(1);
  return uniform(shape, random, 0.2, 1.5).mul(signs);
}

/** Numbers between 0.2 and 0.9, such as probabilities. */
export function shares(shape: Shape): Tensor {
  return uniform(shape, random, 0.2, 0.9);
}

/**
 * A layer as a function of its input and of all its parameters, at random values of these. Without an input, `forward`
 * is a function of the parameters alone.
 */
export function ofLayer(layer: Layer, input: Tensor | undefined, forward: Layer["forward"]): Case {
  const parameters = [...namedParameters(layer)];
  const owners = parameters.map(([name]) => ownerOf(layer, name.split(".")));
  const points = parameters.map(([, { shape }]) => normal(shape, random));
  return {
    inputs: input === undefined ? points : [...points, input],
    f: (...xs) => {
      for (const [k, { owner, field }] of owners.entries()) Object.assign(owner, { [field]: xs[k] });
      return forward(xs[owners.length]);
    },
  };
}

/** The object that has the parameter of that path as a field. */
function ownerOf(layer: object, path: readonly string[]): { owner: object; field: string } {
  const owner = path.slice(0, -1).reduce((part: object, key): object => Reflect.get(part, key), layer);
  return { owner, field: path[path.length - 1] };
}
