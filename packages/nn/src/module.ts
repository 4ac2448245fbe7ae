/** Modules: plain classes with fields. One search finds their parameters and names them by dotted path. */
import { Variable } from "@polygrad/autograd";
import { assign, clone, type Random, ShapeError, type Tensor, ValueError } from "@polygrad/tensor";
import { sameShape, show } from "@polygrad/tensor/internal";

/** The input of a layer: a variable, or a tensor, which is a constant. */
export type Input = Variable | Tensor;

/** A layer: anything with such a method. */
export interface Layer {
  forward(x: Input): Variable;
}

/**
 * All objects of one kind that an object's own fields and arrays hold, by path, in the order of the fields; each once.
 */
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

/** All modules of a model by name, in the order of the fields; the model itself comes first, under the empty name. */
export function namedModules(model: object): Map<string, Layer> {
  return find(model, isLayer);
}

function isParameter(value: object): value is Variable {
  return value instanceof Variable && value.requiresGrad && value.node === undefined;
}

function isLayer(value: object): value is Layer {
  return "forward" in value && typeof value.forward === "function";
}

/** A layer that draws random numbers in its forward pass, such as Dropout. */
export interface Stochastic {
  /** Makes the layer draw from `random` from now on. */
  reseed(random: Random): void;
}

function isStochastic(value: object): value is Stochastic {
  return "reseed" in value && typeof value.reseed === "function";
}

/** The layers of a model that draw random numbers in their forward pass, in the order of the fields. */
export function stochasticLayers(model: object): Stochastic[] {
  return [...find(model, isStochastic).values()];
}

/** Copies of a model's parameters, by name. */
export type StateDict = Readonly<Record<string, Tensor>>;

/**
 * The base class of models. It finds the parameters and modules in its fields, and sets their mode.
 *
 * A subclass has fields (parameters, other modules, arrays of them) and a `forward`; nothing has to be registered.
 */
export abstract class Module implements Layer {
  /** Whether layers that differ between training and evaluation, such as Dropout, behave as in training. */
  training = true;

  abstract forward(x: Input): Variable;

  /** Sets this module and all modules in it to training or, for `on` = false, to evaluation; returns this module. */
  train(on = true): this {
    for (const module of find(this, isModule).values()) module.training = on;
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

  /** Sets the `grad` of all parameters to undefined. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.zeroGrad();
  }

  /** Copies of the parameters by name. */
  stateDict(): StateDict {
    return stateDict(this);
  }

  /** Overwrites the parameters: see the function `loadStateDict`. @throws ShapeError or ValueError, before it writes */
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
 * Overwrites a model's parameters with those of the same names. Checks all of them before it writes any.
 * @throws ValueError if names are missing or unexpected, and lists them; ShapeError if shapes differ, and gives both
 */
export function loadStateDict(model: object, state: StateDict): void {
  const own = namedParameters(model);
  const missing = [...own.keys()].filter((name) => !Object.hasOwn(state, name));
  const unexpected = Object.keys(state).filter((name) => !own.has(name));
  const faults = [
    ...(missing.length > 0 ? [`missing ${missing.join(", ")}`] : []),
    ...(unexpected.length > 0 ? [`unexpected ${unexpected.join(", ")}`] : []),
  ];
  if (faults.length > 0)
    throw new ValueError(`loadStateDict: ${faults.join("; ")}; load the state into a model of the same structure`);
  const wrong = [...own].flatMap(([name, { shape }]) =>
    sameShape(shape, state[name].shape)
      ? []
      : [`${name} has shape ${show(shape)} here and ${show(state[name].shape)} in the state`],
  );
  if (wrong.length > 0) throw new ShapeError(`loadStateDict: ${wrong.join("; ")}; make the model with the same sizes`);
  for (const [name, { value }] of own) assign(value, state[name]);
}
