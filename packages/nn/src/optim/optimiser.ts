/**
 * The base of all optimisers: groups of parameters, learning rates that may follow schedules, and states of every
 * parameter.
 */
import { GradientError, type Variable } from "@polygrad/autograd";
import { type Tensor, ValueError } from "@polygrad/tensor";
import { described, replayed } from "@polygrad/tensor/internal";
import type { SavedState, StateDict } from "../state.ts";
import {
  groupsOf,
  type OptimiserGroup,
  type OptimiserKind,
  type OptimiserOptions,
  optimiserOptions,
  type ParametersOrGroups,
  type Schedule,
} from "./group.ts";
import { type Held, load, save } from "./saved.ts";
import { type Slot, slotOf } from "./slot.ts";

/** What an optimiser needs to step one parameter. */
export interface ParameterStep<Options extends OptimiserOptions = OptimiserOptions> {
  /** The position of the parameter in `parameters`. */
  readonly index: number;
  /** The parameter's own value, to be overwritten. */
  readonly value: Tensor;
  /** The gradient, in the shape of the value. */
  readonly gradient: Tensor;
  /** Each as long as the value, in the value's memory order and precision; all 0 before the first step. */
  readonly states: readonly Tensor[];
  /** The number of steps that this parameter has taken so far; one that is frozen or without a gradient takes none. */
  readonly taken: number;
  /** The options of its group. */
  readonly options: OptimiserGroup<Options>["options"];
}

/**
 * An optimiser changes parameters, in place and in their own precision, along their gradients, one `step` at a time.
 *
 * A subclass says what its options are, and how one parameter changes:
 *
 *     class SignDescent extends Optimiser {
 *       constructor(parameters: Iterable<Variable>, options: OptimiserOptions = {}) {
 *         super(parameters, options, { name: "SignDescent", defaults: { learningRate: 0.01 } });
 *       }
 *       protected override update({ value, gradient }: ParameterStep, learningRate: number): void {
 *         value.assign(value.sub(gradient.sign().mul(learningRate)));
 *       }
 *     }
 */
export abstract class Optimiser<Options extends OptimiserOptions = OptimiserOptions> {
  /** The parameters of all groups, in order. */
  readonly parameters: readonly Variable[];
  /** The groups; parameters that were given without a group form one. */
  readonly groups: readonly OptimiserGroup<Options>[];
  /** The number of steps taken so far, which schedules are given. */
  steps = 0;
  readonly #name: string;
  readonly #slots: readonly Slot[];

  /**
   * @param parameters the parameters, or groups of them with options of their own: `[{ parameters, learningRate: 0.1 }]`
   * @param options what holds for every group that does not say otherwise
   * @param kind the options and states of this kind of optimiser
   * @throws ArgumentError if the parameters are not variables, or an option is unknown or of the wrong kind; ValueError if
   * there are no parameters, one comes twice, one is not a leaf or has gaps in memory, or an option is out of range
   */
  constructor(parameters: ParametersOrGroups<Options>, options: Options | undefined, kind: OptimiserKind<Options>) {
    const settled = groupsOf(kind, parameters, options);
    this.#name = kind.name;
    this.groups = settled.map(({ group }) => group);
    this.parameters = this.groups.flatMap(({ parameters }) => parameters);
    const slots: Slot[] = [];
    for (const [g, { group, states }] of settled.entries())
      for (const parameter of group.parameters) slots.push(slotOf(slots.length, parameter, g, states));
    this.#slots = slots;
    this.#rates();
  }

  /** The learning rate of the first group, or its schedule. Setting it sets that of every group. */
  get learningRate(): number | Schedule {
    return this.groups[0].learningRate;
  }

  set learningRate(rate: number | Schedule) {
    optimiserOptions.learningRate("Optimiser", "learningRate", rate);
    for (const group of this.groups) group.learningRate = rate;
  }

  /** The learning rate of the next step; of the first group, if there are several. */
  get currentRate(): number {
    return this.#rateOf(this.groups[0]);
  }

  #rateOf({ learningRate }: OptimiserGroup<Options>): number {
    optimiserOptions.learningRate("Optimiser", "learningRate", learningRate);
    return typeof learningRate === "number" ? learningRate : learningRate(this.steps);
  }

  /** The learning rates of all groups. @throws ValueError if one is negative or not finite */
  #rates(): number[] {
    return this.groups.map((group, g) => {
      const rate = this.#rateOf(group);
      if (Number.isFinite(rate) && rate >= 0) return rate;
      const which = this.groups.length === 1 ? "" : ` of group ${g}`;
      throw new ValueError(`Optimiser: the learning rate${which} must be finite and 0 or more, got ${described(rate)}`);
    });
  }

  /**
   * Changes every parameter that has a gradient and is not frozen. If all are frozen or empty, it only counts the step, so
   * that schedules go on.
   * @throws GradientError if no parameter that could change has a gradient; ValueError if a learning rate is negative or
   * not finite; ShapeError if a gradient has another shape than its parameter
   */
  step(): void {
    // A replay of a captured step calls this anew: rates, corrections and counts change from step to step.
    replayed(`${this.constructor.name}.step`, { optimiser: this }, () => this.#step());
  }

  #step(): void {
    const rates = this.#rates();
    const waiting = this.parameters.filter(({ requiresGrad, size }) => requiresGrad && size > 0);
    if (waiting.length > 0 && waiting.every(({ grad }) => grad === undefined))
      throw new GradientError("Optimiser: no parameter has a gradient; call backward() on the loss before step()");
    const writer = `${this.constructor.name}.step`;
    for (let index = 0; index < this.#slots.length; index++) {
      const slot = this.#slots[index];
      const { group, states, taken } = slot;
      const { value, grad, requiresGrad } = slot.parameter;
      if (!requiresGrad || grad === undefined) continue;
      const { options } = this.groups[group];
      this.update({ index, value, gradient: grad, states, taken, options }, rates[group]);
      slot.taken++;
      // Graphs that need the old value now refuse their backward pass, and say what overwrote it.
      value.storage.version.written(writer);
    }
    this.steps++;
  }

  /** Sets the `grad` of all parameters to undefined. Call it between steps, because gradients accumulate. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad();
  }

  /**
   * Copies of all that the optimiser has accumulated: with it and the model's own state, a training goes on with the same
   * bits. JSON and files of tensors hold it like the state of a model.
   *
   * `steps` is the number of steps; for each parameter, by its position, `0.taken` is the number of its own steps, and
   * `0.mean`, for example, a state in the parameter's shape. `groups.0.learningRate` is the learning rate of a group. A
   * schedule is not stored: it is a function of the number of steps, so make the optimiser with the same one.
   */
  stateDict(): StateDict {
    return save(this.#held);
  }

  /**
   * Takes over a state that `stateDict` returned, or what JSON made of it. Checks all of it before it changes anything.
   * @throws ArgumentError if the state or an entry is something else; ValueError if names are missing or unexpected, a
   * number of steps is not one, or an entry is in float64 but the parameter in float32; ShapeError if shapes differ
   */
  loadStateDict(state: SavedState): void {
    const held = this.#held;
    load(`${this.#name}.loadStateDict`, held, state);
    this.steps = held.steps;
  }

  get #held(): Held {
    return { steps: this.steps, slots: this.#slots, groups: this.groups };
  }

  /** Changes one parameter, usually by means of `updateInPlace`. */
  protected abstract update(step: ParameterStep<Options>, learningRate: number): void;
}
