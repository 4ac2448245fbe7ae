/** The variable: a tensor that remembers how it was computed; and the switch that says whether anything is remembered. */
import { Tensor, tensor, toFloat64 } from "@polygrad/tensor";

/** How a variable came about: what it was computed from, and how gradients get back there. */
export interface Node {
  readonly inputs: readonly Variable[];
  /** The gradients by the inputs, undefined where none is wanted or none flows; may be recorded in turn. */
  readonly backward: (g: Variable, y: Variable, wanted: readonly Wanted[]) => readonly (Variable | undefined)[];
}

/** Whether the gradient by an input is wanted; or the memory where it would best be written, if that is easily done. */
export type Wanted = boolean | Tensor;

/**
 * A tensor in a graph of computations. Its methods are the operations of `ops/`, typed and installed by fluent.ts.
 *
 * Leaves are made by `variable`; `backward` adds the gradients into their `grad`.
 */
export class Variable {
  /** Ask for it afresh after an optimiser was made: that may move a leaf's value to other memory. */
  value: Tensor;
  /** Whether gradients are wanted: of a leaf as it was made, of a result if any of its inputs wants them. */
  readonly requiresGrad: boolean;
  /** The gradient that `backward` has accumulated here, in the shape of `value`: in `gradBuffer`, if there is one. */
  grad: Tensor | undefined;
  /** Memory that a leaf's gradient is to lie in, in the shape of `value`; whoever sets it may read the gradient there. */
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
}

/** What operations accept: variables, and tensors or numbers as constants. */
export type Operand = Variable | Tensor | number;

/** Operands for each variable. */
export type Lift<In extends readonly Variable[]> = { [K in keyof In]: Operand };

/**
 * A leaf: a variable that gradients are computed for. A tensor is used as it is, not copied; the optimisers of `nn`, which
 * keep all their parameters side by side, copy it when they are made.
 */
export function variable(value: Tensor | Parameters<typeof tensor>[0]): Variable {
  return new Variable(value instanceof Tensor ? value : tensor(value), true);
}

/** A variable that no gradients are computed for. Numbers take the precision of `like`. */
export function constant(value: Operand, like?: Tensor): Variable {
  if (value instanceof Variable) return value;
  if (value instanceof Tensor) return new Variable(value, false);
  const scalar = tensor(value);
  if (!(like?.data instanceof Float64Array)) return new Variable(scalar, false);
  const double = toFloat64(scalar);
  double.data[0] = value;
  return new Variable(double, false);
}

/** `constant` for what may be anything: a method's argument. */
export function asVariable(operation: string, value: unknown, like?: Tensor): Variable {
  if (typeof value === "number" || value instanceof Variable || value instanceof Tensor) return constant(value, like);
  throw new TypeError(`${operation}: expected a variable, a tensor or a number, got ${String(value)}`);
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
