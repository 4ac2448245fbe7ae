/** What a drawing calls things: the names of a model's parameters, buffers and modules, and those that the caller gives. */
import { Variable } from "@polygrad/autograd";
import { type Layer, namedBuffers, namedModules, namedParameters } from "@polygrad/nn";
import type { Tensor } from "@polygrad/tensor";

/** A value that has a name. */
export interface Named {
  readonly name: string;
  readonly kind: "input" | "parameter" | "constant";
}

/** The names of a model and its caller. A frozen parameter enters operations as a constant, so tensors are what is named. */
export class Names {
  readonly #values = new Map<Tensor, Named>();
  /** The modules of the model, the model itself under the empty name. */
  readonly modules: ReadonlyMap<string, Layer>;

  constructor(model: object | undefined, given: Readonly<Record<string, Variable | Tensor>>) {
    for (const [name, value] of Object.entries(given)) this.name(value, { name, kind: "input" });
    this.modules = model === undefined ? new Map() : namedModules(model);
    if (model === undefined) return;
    for (const [name, parameter] of namedParameters(model)) this.name(parameter, { name, kind: "parameter" });
    for (const [name, { value }] of namedBuffers(model)) this.name(value, { name, kind: "constant" });
  }

  /** Names a value, unless it has a name. */
  name(value: Variable | Tensor, named: Named): void {
    const tensor = value instanceof Variable ? value.value : value;
    if (!this.#values.has(tensor)) this.#values.set(tensor, named);
  }

  of(value: Variable): Named | undefined {
    return this.#values.get(value.value);
  }

  /** The name of the module that holds a parameter in one of its fields; undefined if the value is no parameter of one. */
  ownerOf(value: Variable): string | undefined {
    const named = this.of(value);
    if (named?.kind !== "parameter") return undefined;
    for (let path = parentOf(named.name); ; path = parentOf(path)) {
      if (this.modules.has(path)) return path;
      if (path === "") return undefined;
    }
  }

  /** "layers.0: Linear", without the name of the module that it lies in; the model itself has no name. */
  labelOf(path: string, around = ""): string {
    const name = this.modules.get(path)?.constructor?.name ?? "";
    return [within(path, around), name].filter((text) => text !== "").join(": ");
  }
}

/** "weight" for "layers.0.weight" within "layers.0". */
export function within(path: string, around: string): string {
  return around !== "" && path.startsWith(`${around}.`) ? path.slice(around.length + 1) : path;
}

/** "layers.0" for "layers.0.weight". */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf(".")));
}
