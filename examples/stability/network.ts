/** The networks of the map: polynomial layers with LayerNorm between them, as the article's network has it. */
import { type Layer, LayerNorm, Polynomial, polynomialUniform, type Random, Sequential } from "polygrad";
import { CLASSES, PIXELS } from "./digits.ts";

/** The options of a network. */
export interface Network {
  readonly degree: number;
  readonly hidden: number;
  /** The number of polynomial layers. */
  readonly depth: number;
}

/** Makes [196, hidden, ..., hidden, 10], with weights drawn from `random`. */
export function makeNetwork({ degree, hidden, depth }: Network, random: Random): Sequential {
  const layers: Layer[] = [];
  for (let layer = 0; layer < depth; layer++) {
    const [inputs, outputs] = [layer === 0 ? PIXELS : hidden, layer === depth - 1 ? CLASSES : hidden];
    if (layer > 0) layers.push(new LayerNorm(hidden));
    layers.push(new Polynomial(inputs, outputs, { degree, random, initialiser: polynomialUniform }));
  }
  return new Sequential(...layers);
}
