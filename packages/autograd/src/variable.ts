/** The variable: a tensor that remembers how it was computed. */
import { ArgumentError, type CreateOptions, type Operand, Tensor, tensor } from "@polygrad/tensor";
import { checkedTensor, type Destinations, described, flag, show, taping, tensorOf } from "@polygrad/tensor/internal";
import { GradientError } from "./errors.ts";

/** A value as an operation saw it: the tensor, and the number of the last write to its memory until then. */
export interface Seen {
  readonly value: Tensor;
  readonly write: number;
}

/** How a variable was computed: the operation, its inputs, and its backward pass. */
export interface Node {
  /** The name of the operation. */
  readonly name: string;
  readonly inputs: readonly Variable[];
  /** The arguments after the inputs. */
  readonly options: readonly unknown[];
  /** The same function by means of other operations, of a fused operation. */
  readonly composite: ((...args: never) => Variable) | undefined;
  /** The values of the inputs, and of the result as the last: see unchanged.ts. */
  readonly seen: readonly Seen[];
  /**
   * The gradients with respect to the inputs, from that of the result; undefined where none is wanted or none flows.
   * One whose destination names a tensor may be written there, and then is that very tensor. They are recorded if
   * recording is on.
   */
  readonly backward: (g: Variable, y: Variable, wanted: Destinations) => readonly (Variable | undefined)[];
}

/**
 * A tensor in a graph of computations. Its methods are the operations of `@polygrad/tensor` (see methods.ts).
 *
 * `variable` makes leaves; `backward` adds the gradients of a result to the `grad` of its leaves.
 */
export class Variable {
  /**
   * How this variable was computed; undefined for leaves and constants, "freed" after `backward` has used the record.
   */
  node: Node | "freed" | undefined;

  /** The plain number that a constant was made from. Like a number, it has the precision of what it meets. */
  readonly number: number | undefined;
  readonly #isMadeAsLeaf: boolean;
  #requiresGrad: boolean;
  #value: Tensor;
  #grad: Tensor | undefined;
  #gradBuffer: Tensor | undefined;

  /** See `variable` and `constant`, which make variables. @throws ArgumentError if an argument is of the wrong kind */
  constructor(value: Tensor, requiresGrad: boolean, node?: Node, number?: number) {
    flag("Variable", "requiresGrad", requiresGrad);
    const isNode = typeof node === "object" && node !== null && Array.isArray(node.inputs);
    if ((node !== undefined && !isNode) || (number !== undefined && typeof number !== "number"))
      throw new ArgumentError(
        `Variable: needs a tensor, and whether a gradient is required; got further ${described(node ?? number)}`,
      );
    this.#value = checkedTensor("Variable", value);
    this.#isMadeAsLeaf = requiresGrad && node === undefined;
    this.#requiresGrad = requiresGrad;
    this.node = node;
    this.number = number;
    taping()?.made(this);
  }

  // A captured step must hear of these properties: a replay sets what the step set, if it finds what the step found.

  /** Whether `variable` made it: it is neither a constant nor a result. A frozen leaf is still one. */
  get isLeaf(): boolean {
    return this.#isMadeAsLeaf && this.node === undefined;
  }

  /**
   * Whether `backward` computes a gradient; for a result, true if it does for any of its inputs.
   *
   * Set it to false to freeze a leaf: it gets no gradient, optimisers leave it alone, and norms do not count it. Its `grad`
   * is dropped, because it would count again later. Set it to true to go on.
   * @throws GradientError if the variable is not a leaf
   */
  get requiresGrad(): boolean {
    if (this.isLeaf) taping()?.reads(this, "requiresGrad", () => this.#requiresGrad);
    return this.#requiresGrad;
  }

  set requiresGrad(on: boolean) {
    flag("Variable", "requiresGrad", on);
    if (!this.isLeaf)
      throw new GradientError(
        this.node === undefined
          ? "requiresGrad: a constant has no gradient; make a leaf from its value with variable(...)"
          : "requiresGrad: this variable was computed from others; set it for those, or detach() this one",
      );
    taping()?.sets(this, "requiresGrad", on, () => {
      this.#requiresGrad = on;
    });
    this.#requiresGrad = on;
    if (!on) this.grad = undefined;
  }

  get value(): Tensor {
    const step = taping();
    if (this.node === undefined) step?.reads(this, "value", () => this.#value);
    else if (step?.isMade(this) === false)
      step.obstacle("the step uses a variable that was computed before; detach() it");
    return this.#value;
  }

  set value(value: Tensor) {
    taping()?.obstacle("the step replaces the value of a variable; assign() to it instead");
    this.#value = checkedTensor("Variable.value", value);
  }

  /**
   * The gradient that `backward` has accumulated, in the shape of `value`. If there is a `gradBuffer`, it is that
   * tensor, and the first `backward` after `zeroGrad` overwrites it: clone() a gradient that you want to keep.
   */
  get grad(): Tensor | undefined {
    taping()?.reads(this, "grad", () => this.#grad);
    return this.#grad;
  }

  set grad(gradient: Tensor | undefined) {
    if (gradient !== undefined) checkedTensor("Variable.grad", gradient);
    const step = taping();
    if (gradient !== undefined && step?.isMade(gradient.storage) && !step.isMade(this))
      step.obstacle(`the gradient of a variable of shape ${show(this.shape)} has no home; pin() its tensor`);
    step?.sets(this, "grad", gradient, () => {
      this.#grad = gradient;
    });
    this.#grad = gradient;
  }

  /**
   * The home of a leaf's gradient, in the shape of `value`. `backward` makes one for pinned leaves; you may set your
   * own.
   */
  get gradBuffer(): Tensor | undefined {
    taping()?.reads(this, "gradBuffer", () => this.#gradBuffer);
    return this.#gradBuffer;
  }

  set gradBuffer(home: Tensor | undefined) {
    taping()?.obstacle("the step sets a gradBuffer; set it once, before the step");
    if (home !== undefined) checkedTensor("Variable.gradBuffer", home);
    this.#gradBuffer = home;
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

  /** The same value as a constant: no gradient flows back through it. */
  detach(): Variable {
    return new Variable(this.value, false);
  }

  /** Sets `grad` to undefined. Gradients accumulate until then. */
  zeroGrad(): void {
    this.grad = undefined;
  }

  toString(): string {
    return `variable(${this.value.toString()})`;
  }
}

/**
 * A leaf: a variable that `backward` computes gradients for. A tensor is used directly, not copied. Numbers and arrays
 * are converted as by `tensor`, with its options.
 * @throws ArgumentError if the value is neither a tensor nor something that `tensor` converts
 */
export function variable(value: Tensor | Parameters<typeof tensor>[0], options?: CreateOptions): Variable {
  if (value instanceof Variable)
    throw new ArgumentError("variable: got a variable; detach() it, or make a new one from its value");
  if (!(value instanceof Tensor)) return new Variable(tensor(value, options), true);
  if (options !== undefined)
    throw new ArgumentError(
      `variable: options are for numbers and arrays, got a tensor and ${described(options)}; ` +
        "for another precision, pass toFloat64(x)",
    );
  return new Variable(value, true);
}

/**
 * A variable that requires no gradient; a variable is returned unchanged. A number becomes a variable without axes, in
 * the precision of `like` or, without it, of whatever it meets in an operation, as plain numbers do.
 * @throws ArgumentError if the value is not a number, a tensor or a variable
 */
export function constant(value: Operand, like?: Tensor): Variable {
  if (like !== undefined) checkedTensor("constant: the second argument", like);
  if (value instanceof Variable) return value;
  if (typeof value !== "number") return new Variable(tensorOf("constant", value), false);
  if (like === undefined) return new Variable(tensorOf("constant", value), false, undefined, value);
  return new Variable(tensor(value, { dtype: like.dtype }), false);
}
