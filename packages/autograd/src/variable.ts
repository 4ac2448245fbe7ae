/** The variable: a tensor that remembers how it was computed; and the switch that says whether anything is remembered. */
import { type Operand, Tensor, tensor } from "@polygrad/tensor";
import { type Destinations, tensorOf } from "@polygrad/tensor/internal";

/** How a variable was computed: by which operation, from what, and how gradients get back there. */
export interface Node {
  /** The name of the operation. */
  readonly name: string;
  readonly inputs: readonly Variable[];
  /**
   * The gradients with respect to the inputs, given that of the result; undefined where none is wanted or none flows. One
   * that is wanted into a tensor may be written there, and is then that very tensor. They may be recorded in turn.
   */
  readonly backward: (g: Variable, y: Variable, wanted: Destinations) => readonly (Variable | undefined)[];
}

/**
 * A tensor in a graph of computations. Its methods are the operations of `@polygrad/tensor` (see methods.ts).
 *
 * Leaves are made by `variable`; `backward` adds the gradients into their `grad`.
 */
export class Variable {
  value: Tensor;
  /** Whether gradients are wanted: of a leaf as it was made, of a result if any of its inputs wants them. */
  readonly requiresGrad: boolean;
  /**
   * The gradient that `backward` has accumulated here, in the shape of `value`; it lies in `gradBuffer`, if there is one,
   * and the first `backward` after `zeroGrad` overwrites it there.
   */
  grad: Tensor | undefined;
  /** The memory of a leaf's gradient, in the shape of `value`. `backward` makes it for pinned leaves; you may set it. */
  gradBuffer: Tensor | undefined;
  /** Undefined for leaves; "freed" after `backward` has used it up. */
  node: Node | "freed" | undefined;

  constructor(value: Tensor, requiresGrad: boolean, node?: Node) {
    this.value = value;
    this.requiresGrad = requiresGrad;
    this.node = node;
  }

  get shape(): readonly number[] {
    return this.value.shape;
  }

  /** Number of axes. */
  get rank(): number {
    return this.value.rank;
  }

  /** Number of elements. */
  get size(): number {
    return this.value.size;
  }

  /** The one element of a variable of size one. @throws ShapeError if there are more, or none. */
  item(): number {
    return this.value.item();
  }

  /** The same value, cut off from the graph. */
  detach(): Variable {
    return new Variable(this.value, false);
  }

  /** Forgets the accumulated gradient. */
  zeroGrad(): void {
    this.grad = undefined;
  }

  toString(): string {
    return `variable(${this.value.toString()})`;
  }
}

/** A leaf: a variable that gradients are computed for. A tensor is used as it is, not copied. */
export function variable(value: Tensor | Parameters<typeof tensor>[0]): Variable {
  return new Variable(value instanceof Tensor ? value : tensor(value), true);
}

/**
 * A variable that no gradients are computed for; a variable is returned as it is. Numbers take the precision of `like`.
 * @throws TypeError if the value is neither a number nor a tensor nor a variable
 */
export function constant(value: Operand, like?: Tensor): Variable {
  if (value instanceof Variable) return value;
  if (typeof value === "number" && like?.data instanceof Float64Array)
    return new Variable(tensor(Float64Array.of(value), []), false);
  return new Variable(tensorOf("constant", value), false);
}

let recording = true;

/** Whether operations are being recorded. */
export function isRecording(): boolean {
  return recording;
}

/** Runs `body` with recording on or off, and restores what was. */
export function withRecording<T>(on: boolean, body: () => T): T {
  const before = recording;
  recording = on;
  try {
    return body();
  } finally {
    recording = before;
  }
}

/**
 * Runs `body` without recording: what it computes has no gradients and keeps nothing alive.
 * @throws TypeError if `body` is asynchronous: recording would be back on before it ends.
 */
export function noGrad<T>(body: () => T): T {
  const result = withRecording(false, body);
  if (result instanceof Promise)
    throw new TypeError("noGrad: the function must not be asynchronous; wrap its synchronous parts");
  return result;
}
