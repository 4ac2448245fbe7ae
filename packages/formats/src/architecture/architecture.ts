/** Which layers a model has, as JSON, and a model from that. Read layers.ts first. */

import { type Layer, Sequential } from "@polygrad/nn";
import { isLayer } from "@polygrad/nn/internal";
import { ArgumentError } from "@polygrad/tensor";
import { described, integerFrom } from "@polygrad/tensor/internal";
import { FormatError } from "../errors.ts";
import { isPlain } from "../names.ts";
import { isA } from "../network/network.ts";
import { type Architecture, kinds } from "./layers.ts";

/**
 * The layers of a model and their settings, without the weights: ["Sequential", ["Linear", 784, 10, { bias: true }]]. Where
 * a layer occurs again, as in weight sharing, it says so: ["Again", "layers.0"].
 * @throws ArgumentError if a layer is not one of nn's, and names it
 */
export function architectureOf(model: Layer): Architecture {
  return visit(model, WHOLE, new Map());
}

/** The path of the model itself. */
const WHOLE = "the model";

function within(path: string, k: number): string {
  return `${path === WHOLE ? "" : `${path}.`}layers.${k}`;
}

function visit(layer: Layer, path: string, before: Map<Layer, string>): Architecture {
  if (typeof layer !== "object" || layer === null || !isLayer(layer))
    throw new ArgumentError(`architectureOf: ${path} must be a layer, with a method forward, got ${described(layer)}`);
  const earlier = before.get(layer);
  if (earlier !== undefined) return ["Again", earlier];
  before.set(layer, path);
  if (isA(Sequential, layer))
    return ["Sequential", ...layer.layers.map((inner, k) => visit(inner, within(path, k), before))];
  for (const [name, { settings }] of kinds) {
    const own = settings(layer);
    if (own !== undefined) return [name, ...own];
  }
  throw new ArgumentError(
    `architectureOf: ${path} is ${described(layer)}, not a layer of @polygrad/nn; for a model of your own, pass the Sequential in it`,
  );
}

/** How deep Sequential may be nested. */
const DEEPEST = 16;

/**
 * Makes the model that `architectureOf` described, with new weights: load the saved ones with `loadStateDict`.
 * @param most the most numbers that all weights together may have; 2^28 by default
 * @throws FormatError if the architecture has an unknown layer or settings that do not fit, and names the layer
 */
export function modelOf(architecture: unknown, most: number = 2 ** 28): Layer {
  integerFrom(0)("modelOf", "most", most);
  const before = new Map<string, Layer>();
  let left = most;
  const make = (given: unknown, path: string, depth: number): Layer => {
    const refuse = (what: string) => new FormatError(`modelOf: ${path}: ${what}`);
    if (!Array.isArray(given) || given.length === 0)
      throw refuse(`expected an array such as ["Linear", 784, 10], got ${described(given)}`);
    const [name, ...settings]: unknown[] = given;
    if (name === "Sequential") {
      if (depth === DEEPEST) throw refuse(`Sequential is nested more than ${DEEPEST} deep`);
      return new Sequential(...settings.map((each, k) => remembered(each, within(path, k), depth + 1)));
    }
    if (name === "Again") {
      const [path] = settings;
      const earlier = typeof path === "string" ? before.get(path) : undefined;
      if (earlier === undefined) throw refuse(`there is no ${described(path)} before it`);
      return earlier;
    }
    left -= numbersIn(settings);
    if (!(left >= 0)) throw refuse(`its weights and those before it would have more than ${most} numbers`);
    return made(name, settings, refuse);
  };
  const remembered = (given: unknown, path: string, depth: number): Layer => {
    const layer = make(given, path, depth);
    before.set(path, layer);
    return layer;
  };
  return remembered(architecture, WHOLE, 0);
}

function made(name: unknown, settings: readonly unknown[], refuse: (what: string) => FormatError): Layer {
  const kind = typeof name === "string" ? kinds.get(name) : undefined;
  if (kind === undefined)
    throw refuse(`there is no layer ${described(name)}; known are Sequential, ${[...kinds.keys()].join(", ")}`);
  try {
    const layer = kind.make(settings);
    if (typeof layer === "object" && layer !== null && isLayer(layer)) return layer;
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause));
  }
  throw refuse(`${described(name)} cannot be made from these settings`);
}

/** An upper bound for the numbers in the weights of a layer with these settings. */
function numbersIn(settings: readonly unknown[]): number {
  const options = settings.at(-1);
  const { elementwise = false, ...others } = isPlain(options) ? options : {};
  const sizes = settings.flat().filter((each) => typeof each === "number");
  const terms = Object.values(others).filter((each) => typeof each === "number");
  const edges =
    elementwise === true ? Math.max(1, ...sizes) : sizes.reduce((product, size) => product * Math.max(1, size), 1);
  return edges * (2 + terms.reduce((sum, each) => sum + Math.max(0, each), 0));
}
