/**
 * A node as its operator reads it: it takes the attributes that it knows, and one that is left is refused, because the
 * node would compute something else. Read value.ts first.
 */
import type { FormatError } from "../errors.ts";
import { brief } from "../json.ts";
import type { Refuse } from "../protobuf/read.ts";
import type { Attribute, ParsedNode } from "./parse.ts";
import type { OnnxTensor } from "./tensor-proto.ts";
import type { Value } from "./value.ts";

/** What a node computes: its results from its inputs; one that is left out is undefined. */
export type Compute = (inputs: readonly (Value | undefined)[]) => readonly Value[];

/** Reads a node and gives what it computes. */
export type Operator = (node: NodeReader) => Compute;

export class NodeReader {
  readonly opset: number;
  readonly #node: ParsedNode;
  readonly #refuse: Refuse;
  readonly #left: Map<string, Attribute>;

  constructor(node: ParsedNode, opset: number, refuse: Refuse) {
    this.opset = opset;
    this.#node = node;
    this.#left = new Map(node.attributes);
    this.#refuse = (what) => refuse(`${node.place}: ${node.operator}: ${what}`);
  }

  get outputs(): number {
    return this.#node.outputs.length;
  }

  /** An input that is not left out; `takes` has checked the first ones. */
  given(value: Value | undefined): Value {
    if (value === undefined) throw this.refuse("an input is left out that it needs");
    return value;
  }

  /** Checks the numbers of inputs and outputs. */
  takes(least: number, most: number = least, outputs: number = 1): void {
    const { inputs, outputs: given } = this.#node;
    const needed = most === Number.POSITIVE_INFINITY ? inputs : inputs.slice(0, least);
    if (inputs.length < least || inputs.length > most || needed.includes(""))
      throw this.refuse(
        `it needs ${rangeOf(least, most)} inputs in opset ${this.opset}, got ${inputs.filter((name) => name !== "").length}`,
      );
    if (given.length < 1 || given.slice(outputs).some((name) => name !== ""))
      throw this.refuse(`it gives ${given.length} results, of which ${outputs} can be computed`);
  }

  integer(name: string, otherwise: number): number;
  integer(name: string): number | undefined;
  integer(name: string, otherwise?: number): number | undefined {
    const attribute = this.#take(name, "integer");
    return attribute === undefined ? otherwise : Number(attribute.value);
  }

  float(name: string, otherwise: number): number;
  float(name: string): number | undefined;
  float(name: string, otherwise?: number): number | undefined {
    const attribute = this.#take(name, "float");
    return attribute === undefined ? otherwise : Number(attribute.value);
  }

  text(name: string, otherwise: string): string {
    const attribute = this.#take(name, "text");
    return attribute?.kind === "text" ? attribute.value : otherwise;
  }

  integers(name: string): readonly number[] | undefined {
    const attribute = this.#take(name, "integers");
    return attribute?.kind === "integers" ? attribute.value : undefined;
  }

  floats(name: string): readonly number[] | undefined {
    const attribute = this.#take(name, "floats");
    return attribute?.kind === "floats" ? attribute.value : undefined;
  }

  tensor(name: string): OnnxTensor | undefined {
    const attribute = this.#take(name, "tensor");
    return attribute?.kind === "tensor" ? attribute.value : undefined;
  }

  /** An attribute that may only have one value: another would compute something else. */
  requires(name: string, value: number): void {
    const given = this.integer(name, value);
    if (given !== value) throw this.refuse(`the attribute ${name} is ${given}, but only ${value} can be computed`);
  }

  /** Takes an attribute that changes nothing here. */
  ignore(name: string): void {
    this.#left.delete(name);
  }

  refuse(what: string): FormatError {
    return this.#refuse(what);
  }

  /** @throws FormatError if there is an attribute that nothing has taken */
  finish(): void {
    const [left] = this.#left.keys();
    if (left !== undefined)
      throw this.refuse(
        `the attribute ${brief(left)} is not known in opset ${this.opset}, and it may change what the node computes`,
      );
  }

  #take(name: string, kind: Attribute["kind"]): Attribute | undefined {
    const attribute = this.#left.get(name);
    this.#left.delete(name);
    if (attribute !== undefined && attribute.kind !== kind)
      throw this.refuse(`the attribute ${brief(name)} must be of the kind ${kind}`);
    return attribute;
  }
}

/** How many there may be, in words. */
function rangeOf(least: number, most: number): string {
  if (most === Number.POSITIVE_INFINITY) return `${least} or more`;
  return least === most ? String(least) : `${least} to ${most}`;
}
