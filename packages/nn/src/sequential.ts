/** Layers one after the other; a linear layer and the ReLU after it run as one kernel. */
import type { Variable } from "@polygrad/autograd";
import { ArgumentError } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";
import { ReLU } from "./activation.ts";
import { Linear } from "./linear.ts";
import { type Input, inputOf, isLayer, type Layer, Module } from "./module.ts";

/** Layers one after the other: each takes what the layer before it returns. */
export class Sequential extends Module {
  readonly layers: readonly Layer[];

  /** @throws ArgumentError if one of the layers has no method `forward` */
  constructor(...layers: readonly Layer[]) {
    super();
    for (const [k, layer] of layers.entries())
      if (typeof layer !== "object" || layer === null || !isLayer(layer))
        throw new ArgumentError(
          `Sequential: layer ${k} must be an object with a method forward, got ${described(layer)}` +
            `${Array.isArray(layer) ? "; pass the layers one by one: new Sequential(...layers)" : ""}`,
        );
    this.layers = layers;
  }

  forward(x: Input): Variable {
    let y = inputOf("Sequential", x);
    for (let k = 0; k < this.layers.length; k++) {
      const layer = this.layers[k];
      if (computesAs(Linear, layer) && layer.bias && computesAs(ReLU, this.layers[k + 1])) {
        // The same bits as the two of them, with one pass less over the results each way.
        y = y.linear(layer.weight, layer.bias, true);
        k++;
      } else y = inputOf("Sequential", layer.forward(y), `the result of layer ${k}`);
    }
    return y;
  }
}

/** The methods as this package defines them, so that one that replaces them later, on a prototype, is called. */
const forwards = new Map<object, Layer["forward"]>([Linear, ReLU].map((Class) => [Class, Class.prototype.forward]));

/**
 * Whether calling a layer would run the `forward` of that class, rather than one of a subclass or one set on the layer.
 */
function computesAs<Known extends Layer>(Class: { readonly prototype: Known }, layer?: Layer): layer is Known {
  return layer?.forward === forwards.get(Class);
}
