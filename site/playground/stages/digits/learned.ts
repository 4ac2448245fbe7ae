/** What the network has learned, as numbers to draw: the weights of its hidden units, and the functions behind them. */
import { Polynomial, type Sequential, type Tensor } from "polygrad";
import { pass, through, type Wires } from "../../train/wires.ts";
import { PIXELS } from "./codec.ts";

export interface Learned {
  /** [hidden, PIXELS, degree]: the coefficients of t, t^2 and so on. */
  readonly weights: Float32Array;
  /** Of each hidden unit, the function that it adds to each digit. */
  readonly outer: Wires;
}

/** @param inputs the images on which hidden units take the values that are shown */
export function learnedBy(network: Sequential, inputs: Tensor): Learned {
  const { layers } = network;
  const last = layers[layers.length - 1];
  const first = layers.find((layer) => layer instanceof Polynomial);
  if (!(first instanceof Polynomial)) throw new TypeError("the network has no polynomial layer");
  const hidden = through(layers.slice(0, -1), inputs);
  return { weights: powers(first), outer: pass([[last]], hidden).wires[0] };
}

/** The coefficients of degree 1 and up. The article's layer has those of degree 0 too, which add up to one constant. */
function powers({ weight, degree, outputs }: Polynomial): Float32Array {
  const all = Float32Array.from(weight.value.clone().data);
  const terms = all.length / (outputs * PIXELS);
  return terms === degree ? all : all.filter((_, k) => k % terms !== 0);
}
