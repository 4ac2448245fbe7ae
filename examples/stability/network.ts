/** The networks of the map: polynomial layers with LayerNorm between them, as the article's network has it. */
import {
  type Basis,
  constant,
  type Initialiser,
  type Input,
  type Layer,
  LayerNorm,
  Polynomial,
  polynomialUniform,
  type Random,
  Sequential,
  type Shape,
  type Squash,
  Tensor,
  tensor,
  type Variable,
  variancePreserving,
} from "polygrad";
import { CLASSES, PIXELS } from "./digits.ts";

/** What the layers of a network have in common. */
export interface LayerChoice {
  readonly basis: Basis;
  readonly squash: Squash;
  /** "article" is `polynomialUniform`; "variance" is `variancePreserving`; "damped" is `damped`. */
  readonly initialiser: "article" | "variance" | "damped";
  /**
   * "edges": every edge has a constant, as in the article, so that an output has as many as there are inputs. "units": the
   * constants of an output count as their mean, so that together they move as fast as one.
   */
  readonly constants: "edges" | "units";
}

/** A place on the map. */
export interface Cell {
  readonly degree: number;
  readonly hidden: number;
  /** The number of polynomial layers. */
  readonly depth: number;
}

/** The options of a network. */
export interface NetworkChoice extends Cell, LayerChoice {}

/** Makes [196, hidden, ..., hidden, 10], with weights drawn from `random`. */
export function makeNetwork({ hidden, depth, ...choice }: NetworkChoice, random: Random): Sequential {
  const layers: Layer[] = [];
  for (let at = 0; at < depth; at++) {
    const [inputs, outputs] = [at === 0 ? PIXELS : hidden, at === depth - 1 ? CLASSES : hidden];
    if (at > 0) layers.push(new LayerNorm(hidden));
    layers.push(makeLayer(inputs, outputs, choice, random));
  }
  return new Sequential(...layers);
}

function makeLayer(
  inputs: number,
  outputs: number,
  { degree, basis, squash, initialiser, constants }: LayerChoice & { readonly degree: number },
  random: Random,
): Polynomial {
  const initial = {
    article: polynomialUniform,
    variance: variancePreserving({ basis, squash }),
    damped: damped({ basis, squash }),
  };
  const options = { degree, basis, squash, random, initialiser: initial[initialiser] };
  return constants === "edges" ? new Polynomial(inputs, outputs, options) : new UnitConstants(inputs, outputs, options);
}

/**
 * `variancePreserving`, with less of the variance for higher degrees: the share of degree k is proportional to 1 / k^4.
 *
 * If the polynomials are orthogonal, a layer multiplies small differences of its inputs by the mean degree, sum_k k
 * share_k, in the mean square: (degree + 1) / 2 with equal shares, which grows like a power with depth, but at most 1.11
 * with these.
 */
export function damped(options: { readonly basis: Basis; readonly squash: Squash }): Initialiser {
  const even = variancePreserving(options);
  return (shape: Shape, random: Random): Tensor => {
    const weight = even(shape, random);
    const terms = shape[shape.length - 1];
    let all = 0;
    for (let k = 1; k < terms; k++) all += 1 / (k * k * k * k);
    const scale = Float32Array.from({ length: terms }, (_, k) =>
      k === 0 ? 0 : Math.sqrt((terms - 1) / all) / (k * k),
    );
    return weight.mul(tensor(scale));
  };
}

/** A polynomial layer whose constants count as their mean over the inputs: the same functions, with other steps to them. */
class UnitConstants extends Polynomial {
  override forward(x: Input): Variable {
    const scale = new Float32Array(this.degree + 1).fill(1);
    scale[0] = 1 / this.inputs;
    // In the order of the memory, [inputs, degree + 1, outputs], products need no copies.
    const ordered = this.weight.permute([1, 2, 0]).mul(tensor(scale).reshape([this.degree + 1, 1]));
    const rows = x instanceof Tensor ? constant(x) : x;
    return rows.polynomial(ordered.permute([2, 0, 1]), this.basis, this.squash);
  }
}
