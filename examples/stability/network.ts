/** The networks of the map: polynomial layers with LayerNorm between them, as the article's network has it. */
import {
  type Basis,
  type Layer,
  LayerNorm,
  Polynomial,
  polynomialUniform,
  type Random,
  Sequential,
  type Squash,
  variancePreserving,
} from "polygrad";
import { CLASSES, PIXELS } from "./digits.ts";

/** What the layers of a network have in common. */
export interface LayerChoice {
  readonly basis: Basis;
  readonly squash: Squash;
  /** "article" is `polynomialUniform`; "variance" is `variancePreserving`, and "damped" the same with damping 4. */
  readonly initialiser: "article" | "variance" | "damped";
  /** One constant for each output, or one for each edge, as in the article. */
  readonly bias: "outputs" | "edges";
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
  { degree, basis, squash, initialiser, bias }: LayerChoice & { readonly degree: number },
  random: Random,
): Polynomial {
  const initial = {
    article: polynomialUniform,
    variance: variancePreserving({ basis, squash }),
    damped: variancePreserving({ basis, squash, damping: 4 }),
  };
  return new Polynomial(inputs, outputs, { degree, basis, squash, bias, random, initialiser: initial[initialiser] });
}
