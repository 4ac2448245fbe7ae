/**
 * Which call of which module computed a value: a frame is one call.
 *
 * While a function runs, each module's `forward` is replaced by one that notes when it begins and ends; operations belong
 * to the innermost call. A variable that is there already has no calls: then the modules whose parameters an operation
 * takes stand for them.
 */
import type { Variable } from "@polygrad/autograd";
import { withWatcher } from "@polygrad/autograd/internal";
import { type Input, type Layer, Linear, ReLU, Sequential } from "@polygrad/nn";
import type { Names } from "./named.ts";
import { parentOf } from "./named.ts";

/** One call of a module, or the inside of a fused operation. */
export interface Frame {
  /** The module's name; empty for the model itself and for operations. */
  readonly name: string;
  readonly label: string;
  readonly parent: Frame | undefined;
  readonly isOperation: boolean;
}

/** A result, and the frame of each operation. */
export interface Run {
  readonly output: unknown;
  readonly frames: ReadonlyMap<Variable, Frame>;
}

/** Runs a function and finds out which call of which module each operation is part of. */
export function framesDuring(body: () => unknown, names: Names): Run {
  const frames = new Map<Variable, Frame>();
  let current: Frame | undefined;
  const pairs = pairsOf(names);
  const restore: (() => void)[] = [];
  const watch = (y: Variable) => {
    const frame = pairFrame(y, current, pairs, names) ?? current;
    if (frame !== undefined) frames.set(y, frame);
  };
  try {
    for (const [name, layer] of names.modules) {
      if (pairs.hidden.has(layer)) continue;
      const enter = (inputs: readonly Input[], run: () => Variable) => {
        const outer = current;
        if (outer === undefined && name === "") nameInputs(inputs, names);
        current = { name, label: names.labelOf(name, outer?.name), parent: outer, isOperation: false };
        try {
          return run();
        } finally {
          current = outer;
        }
      };
      restore.push(replaceForward(layer, enter));
    }
    return { output: withWatcher(watch, body), frames };
  } finally {
    for (const undo of restore) undo();
  }
}

/** The frames of a record, from the parameters alone: each module whose parameters an operation takes counts as called once. */
export function framesOfParameters(names: Names): (y: Variable) => Frame | undefined {
  const known = new Map<string, Frame>();
  const frameOf = (name: string): Frame | undefined => {
    if (name === "") return undefined;
    if (!names.modules.has(name)) return frameOf(parentOf(name));
    const parent = frameOf(parentOf(name));
    const frame = known.get(name) ?? { name, label: names.labelOf(name, parent?.name), parent, isOperation: false };
    known.set(name, frame);
    return frame;
  };
  return ({ node }) => {
    if (typeof node !== "object") return undefined;
    for (const input of node.inputs) {
      const owner = names.ownerOf(input);
      if (owner !== undefined) return frameOf(owner);
    }
    return undefined;
  };
}

function nameInputs(inputs: readonly Input[], names: Names): void {
  for (const [k, input] of inputs.entries())
    if (typeof input === "object" && input !== null)
      names.name(input, { name: inputs.length === 1 ? "input" : `input ${k + 1}`, kind: "input" });
}

/** Pairs of layers that Sequential computes as one operation, as long as their `forward` is the one they came with. */
interface Pairs {
  readonly hidden: ReadonlySet<Layer>;
  /** The name of the ReLU, by that of the linear layer. */
  readonly after: ReadonlyMap<string, string>;
}

function pairsOf(names: Names): Pairs {
  const [hidden, after] = [new Set<Layer>(), new Map<string, string>()];
  const nameOf = new Map([...names.modules].map(([name, layer]) => [layer, name]));
  for (const module of names.modules.values()) {
    if (!(module instanceof Sequential)) continue;
    for (const [k, layer] of module.layers.entries()) {
      const next = module.layers[k + 1];
      if (!(layer instanceof Linear && layer.bias !== undefined && next instanceof ReLU)) continue;
      hidden.add(layer).add(next);
      after.set(nameOf.get(layer) ?? "", nameOf.get(next) ?? "");
    }
  }
  return { hidden, after };
}

/** The frame of an operation that Sequential computes in place of such a pair. */
function pairFrame({ node }: Variable, parent: Frame | undefined, pairs: Pairs, names: Names): Frame | undefined {
  if (typeof node !== "object" || node.name !== "linear") return undefined;
  const name = names.ownerOf(node.inputs[1]);
  const relu = name === undefined ? undefined : pairs.after.get(name);
  if (name === undefined || relu === undefined || name === parent?.name) return undefined;
  const both = node.options[0] === true ? [name, relu] : [name];
  const label = both.map((each) => names.labelOf(each, parent?.name)).join(", ");
  return { name, label, parent, isOperation: false };
}

/** Replaces a layer's `forward`; returns the function that ends this. */
function replaceForward(layer: Layer, enter: (inputs: readonly Input[], run: () => Variable) => Variable): () => void {
  const own = Object.getOwnPropertyDescriptor(layer, "forward");
  const forward = layer.forward.bind(layer);
  Object.defineProperty(layer, "forward", {
    value: (...inputs: [Input]) => enter(inputs, () => forward(...inputs)),
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? false,
  });
  return () => {
    if (own) Object.defineProperty(layer, "forward", own);
    else Reflect.deleteProperty(layer, "forward");
  };
}
