/** Modules: plain classes with fields and a forward pass; and what all layers expect of their inputs. */
import { constant, Variable } from "@polygrad/autograd";
import { ArgumentError, type Random, Tensor } from "@polygrad/tensor";
import { described, flag, taping } from "@polygrad/tensor/internal";
import { type Buffer, namedBuffers } from "./buffer.ts";
import { find, namedParameters, parameters } from "./search.ts";
import { loadStateDict, type SavedState, type StateDict, stateDict } from "./state.ts";

/** The input of a layer: a variable, or a tensor, which is a constant. */
export type Input = Variable | Tensor;

/** The input of a layer as a variable. @throws ArgumentError if it is neither a variable nor a tensor */
export function inputOf(operation: string, x: Input, what = "the input"): Variable {
  if (x instanceof Variable) return x;
  if (x instanceof Tensor) return constant(x);
  throw new ArgumentError(
    `${operation}: ${what} must be a tensor or a variable, got ${described(x)}; make one with tensor(...)`,
  );
}

/** A layer: anything with such a method. */
export interface Layer {
  forward(x: Input): Variable;
}

/** Whether an object has a method `forward`. */
export function isLayer(value: object): value is Layer {
  return "forward" in value && typeof value.forward === "function";
}

/**
 * All modules of a model by name, in the order of the fields; the model itself comes first, under the empty name.
 * @throws ArgumentError if the model is not an object
 */
export function namedModules(model: object): Map<string, Layer> {
  return find("namedModules", model, isLayer);
}

/** A layer that draws random numbers in its forward pass, such as Dropout. */
export interface Stochastic {
  /** Makes the layer draw from `random` from now on. */
  reseed(random: Random): void;
  /**
   * What the next draws follow from, as integers from 0 to 2^53 - 1; setting it continues from there. See `RandomState`.
   * A layer that draws from a `Random` in one of its fields needs no such property.
   */
  randomState?: readonly number[];
}

/** Whether an object draws random numbers in its forward pass. */
export function isStochastic(value: object): value is Stochastic {
  return "reseed" in value && typeof value.reseed === "function";
}

/** The layers of a model that draw random numbers in their forward pass, in the order of the fields. */
export function stochasticLayers(model: object): Stochastic[] {
  return [...find("stochasticLayers", model, isStochastic).values()];
}

/**
 * The base class of models. It finds the parameters, buffers and modules in its fields, and sets their mode.
 *
 * A subclass has fields (parameters, other modules, arrays of them) and a `forward`; nothing has to be registered.
 * `forward` takes one input or several: `forward(x: Input)`, `forward(x: Input, z: Input)`.
 */
export abstract class Module implements Layer {
  #training = true;

  /** Whether layers that differ between training and evaluation, such as Dropout, behave as in training. */
  get training(): boolean {
    taping()?.reads(this, "training", () => this.#training);
    return this.#training;
  }

  set training(on: boolean) {
    flag("Module", "training", on);
    taping()?.sets(this, "training", on, () => {
      this.#training = on;
    });
    this.#training = on;
  }

  /** Computes the result of this module from its inputs. A subclass names them: `forward(x: Input): Variable`. */
  abstract forward(...inputs: readonly Input[]): Variable;

  /**
   * Sets this module and all modules in it to training or, for `on` = false, to evaluation; returns this module.
   * @throws ArgumentError if `on` is not true or false
   */
  train(on = true): this {
    flag("train", "on", on);
    for (const module of find("train", this, isModule).values()) module.training = on;
    return this;
  }

  /** Sets this module and all modules in it to evaluation; returns this module. */
  eval(): this {
    return this.train(false);
  }

  /** The parameters, in the order of the fields. */
  parameters(): Variable[] {
    return parameters(this);
  }

  /** The parameters by name. */
  namedParameters(): Map<string, Variable> {
    return namedParameters(this);
  }

  /** The buffers by name: see the function `buffer`. */
  namedBuffers(): Map<string, Buffer> {
    return namedBuffers(this);
  }

  /** Sets the `grad` of all parameters to undefined. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.zeroGrad();
  }

  /**
   * Freezes all parameters, as `requiresGrad = false` freezes one: they get no gradients and take no steps, and stay
   * parameters, also in `stateDict`, which does not say whether they are frozen. Returns this module. It does not change
   * the mode: see `eval`.
   */
  freeze(): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = false;
    return this;
  }

  /** Undoes `freeze`: all parameters require gradients. Returns this module. */
  unfreeze(): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = true;
    return this;
  }

  /** Copies of the parameters and buffers by name. They can be saved as JSON. */
  stateDict(): StateDict {
    return stateDict(this);
  }

  /**
   * Overwrites the parameters and buffers: see the function `loadStateDict`.
   * @throws ArgumentError, ValueError or ShapeError, before it writes
   */
  loadStateDict(state: SavedState): void {
    loadStateDict(this, state);
  }
}

function isModule(value: object): value is Module {
  return value instanceof Module;
}
