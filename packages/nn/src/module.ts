/** Modules: plain classes with fields. One walker finds their parameters and names them by dotted path. */

import { Variable } from "@polygrad/autograd";
import { assign, clone, type Random, ShapeError, type Tensor, ValueError } from "@polygrad/tensor";
import { sameShape, show } from "@polygrad/tensor/internal";

/** What a layer takes: a variable, or a tensor as a constant. */
export type Input = Variable | Tensor;

/** The only thing a layer must have. */
export interface Layer {
  forward(x: Input): Variable;
}

/** All objects of one kind that an object's own fields and arrays hold, by path, in the order of the fields; each once. */
function find<Kind extends object>(root: object, isWanted: (value: object) => value is Kind): Map<string, Kind> {
  const [found, seen] = [new Map<string, Kind>(), new Set<object>()];
  const enter = (path: string, value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value) || ArrayBuffer.isView(value)) return;
    seen.add(value);
    if (isWanted(value)) found.set(path, value);
    if (value instanceof Variable) return;
    for (const [key, field] of Object.entries(value)) enter(path === "" ? key : `${path}.${key}`, field);
  };
  enter("", root);
  return found;
}

/** The parameters of a model by name, in the order of the fields: `layers.0.weight`, as in PyTorch's state dict. */
export function namedParameters(model: object): Map<string, Variable> {
  return find(model, isParameter);
}

/** The parameters of a model, in the order of the fields. */
export function parameters(model: object): Variable[] {
  return [...namedParameters(model).values()];
}

/** All modules in a model by name, the model itself (under the empty name) first. */
export function namedModules(model: object): Map<string, Layer> {
  return find(model, isLayer);
}

function isParameter(value: object): value is Variable {
  return value instanceof Variable && value.requiresGrad && value.node === undefined;
}

function isLayer(value: object): value is Layer {
  return "forward" in value && typeof value.forward === "function";
}

/** A layer that draws random numbers as it goes, such as Dropout. */
export interface Stochastic {
  /** From here on draws from `random`. */
  reseed(random: Random): void;
}

function isStochastic(value: object): value is Stochastic {
  return "reseed" in value && typeof value.reseed === "function";
}

/** The layers of a model that draw random numbers as they go. */
export function stochasticLayers(model: object): Stochastic[] {
  return [...find(model, isStochastic).values()];
}

/** A model's parameters by name, copied. */
export type StateDict = Readonly<Record<string, Tensor>>;

/**
 * What models are derived from: names and modes for what the fields hold.
 *
 * A subclass has fields (parameters, other modules, arrays of them) and a `forward`; nothing is registered.
 */
export abstract class Module implements Layer {
  /** Whether layers that differ between training and evaluation (Dropout) behave as in training. */
  training = true;

  abstract forward(x: Input): Variable;

  /** Sets this module and all below it to training (or, given false, to evaluation). */
  train(on = true): this {
    for (const module of find(this, isModule).values()) module.training = on;
    return this;
  }

  /** Sets this module and all below it to evaluation. */
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

  /** Forgets all gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.zeroGrad();
  }

  /** Copies of the parameters by name. */
  stateDict(): StateDict {
    return stateDict(this);
  }

  /** Overwrites the parameters. @throws ShapeError or ValueError, before anything is written: see `loadStateDict`. */
  loadStateDict(state: StateDict): void {
    loadStateDict(this, state);
  }
}

function isModule(value: object): value is Module {
  return value instanceof Module;
}

/** Copies of a model's parameters by name. */
export function stateDict(model: object): StateDict {
  return Object.fromEntries([...namedParameters(model)].map(([name, { value }]) => [name, clone(value)]));
}

/**
 * Overwrites a model's parameters with those of the same names. All are checked before any is written.
 * @throws ValueError naming the missing and the unexpected; ShapeError naming both shapes where they differ.
 */
export function loadStateDict(model: object, state: StateDict): void {
  const own = namedParameters(model);
  const missing = [...own.keys()].filter((name) => !Object.hasOwn(state, name));
  const unexpected = Object.keys(state).filter((name) => !own.has(name));
  const faults = [
    ...(missing.length > 0 ? [`missing ${missing.join(", ")}`] : []),
    ...(unexpected.length > 0 ? [`unexpected ${unexpected.join(", ")}`] : []),
  ];
  if (faults.length > 0) throw new ValueError(`loadStateDict: ${faults.join("; ")}; the state is of another model`);
  const wrong = [...own].flatMap(([name, { shape }]) =>
    sameShape(shape, state[name].shape)
      ? []
      : [`${name} has shape ${show(shape)} here and ${show(state[name].shape)} in the state`],
  );
  if (wrong.length > 0) throw new ShapeError(`loadStateDict: ${wrong.join("; ")}`);
  for (const [name, { value }] of own) assign(value, state[name]);
}
