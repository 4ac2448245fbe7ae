/** Layers one after the other. A linear layer and the ReLU behind it are computed as one. */
import { constant, type Variable } from "@polygrad/autograd";
import { ReLU } from "./activation.ts";
import { Linear } from "./linear.ts";
import { type Input, type Layer, Module } from "./module.ts";

/** Layers one after the other: each is given what the one before it gives. */
export class Sequential extends Module {
  readonly layers: readonly Layer[];

  constructor(...layers: readonly Layer[]) {
    super();
    this.layers = layers;
  }

  forward(x: Input): Variable {
    let y = constant(x);
    for (let k = 0; k < this.layers.length; k++) {
      const layer = this.layers[k];
      if (isLinear(layer) && layer.bias && isReLU(this.layers[k + 1])) {
        y = y.linear(layer.weight, layer.bias, true);
        k++;
      } else {
        y = layer.forward(y);
      }
    }
    return y;
  }
}

/** What `linear` with `relu` stands in for. A layer whose `forward` is another, a subclass's or one of its own, is called. */
const [linear, relu] = [Linear.prototype.forward, ReLU.prototype.forward];

function isLinear(layer: Layer): layer is Linear {
  return layer instanceof Linear && layer.forward === linear;
}

function isReLU(layer: Layer | undefined): boolean {
  return layer instanceof ReLU && layer.forward === relu;
}
