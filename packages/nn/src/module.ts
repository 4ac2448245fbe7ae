/** Modules: plain classes with fields. One walker finds their parameters and names them by dotted path. */

import { Variable } from "@polygrad/autograd";
import { assign, clone, type Random, ShapeError, type Tensor, ValueError } from "@polygrad/tensor";

/** What a layer takes: a variable, or a tensor as a constant. */
export type Input = Variable | Tensor;

/** The only thing a layer must have. */
export interface Layer {
  forward(x: Input): Variable;
}

/** Something with a name and a place in a model: `layers.0.weight`. */
type Visit = (path: string, value: object) => void;

/** Visits all objects held by an object's own fields and arrays, depth first, in the order of the fields; each once. */
function walk(root: object, visit: Visit): void {
  const seen = new Set<object>();
  const enter = (path: string, value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value) || ArrayBuffer.isView(value)) return;
    seen.add(value);
    visit(path, value);
    if (value instanceof Variable) return;
    for (const [key, field] of Object.entries(value)) enter(path === "" ? key : `${path}.${key}`, field);
  };
  enter("", root);
}

/** The parameters of a model by name, in the order of the fields: `layers.0.weight`, as in PyTorch's state dict. */
export function namedParameters(model: object): Map<string, Variable> {
  const found = new Map<string, Variable>();
  walk(model, (path, value) => {
    if (value instanceof Variable && value.requiresGrad && value.node === undefined) found.set(path, value);
  });
  return found;
}

/** The parameters of a model, in the order of the fields. */
export function parameters(model: object): Variable[] {
  return [...namedParameters(model).values()];
}

/** All modules in a model by name, the model itself (under the empty name) first. */
export function namedModules(model: object): Map<string, Layer> {
  const found = new Map<string, Layer>();
  walk(model, (path, value) => {
    if (isLayer(value)) found.set(path, value);
  });
  return found;
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
  const found: Stochastic[] = [];
  walk(model, (_path, value) => {
    if (isStochastic(value)) found.push(value);
  });
  return found;
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
    walk(this, (_path, value) => {
      if (value instanceof Module) value.training = on;
    });
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
  if (missing.length + unexpected.length > 0)
    throw new ValueError(
      `loadStateDict: ${missing.length > 0 ? `missing ${missing.join(", ")}` : ""}` +
        `${missing.length > 0 && unexpected.length > 0 ? "; " : ""}` +
        `${unexpected.length > 0 ? `unexpected ${unexpected.join(", ")}` : ""}; the state is of another model`,
    );
  const wrong = [...own].filter(([name, { shape }]) => shape.join() !== state[name].shape.join());
  if (wrong.length > 0)
    throw new ShapeError(
      `loadStateDict: ${wrong
        .map(
          ([name, { shape }]) =>
            `${name} has shape [${shape.join(", ")}] here and [${state[name].shape.join(", ")}] in the state`,
        )
        .join("; ")}`,
    );
  for (const [name, { value }] of own) assign(value, state[name]);
}
