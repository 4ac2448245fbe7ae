/** Parameter groups: the parameters that an optimiser is given, and which options hold for them. */
import type { Variable } from "@polygrad/autograd";
import { ArgumentError, ValueError } from "@polygrad/tensor";
import {
  type Check,
  type Checks,
  callable,
  checkNamed,
  described,
  either,
  number,
  text,
} from "@polygrad/tensor/internal";
import { isIterable, parametersOf } from "./parameters.ts";

/** A learning rate that changes: a function from the step (0, 1, 2, ...) to its learning rate. See schedule.ts. */
export type Schedule = (step: number) => number;

/** Options of every optimiser. */
export interface OptimiserOptions {
  /**
   * A number, or a schedule that returns one for every step; by default 0.001, but 0.01 for RMSprop and 0.0001 for Lion.
   */
  readonly learningRate?: number | Schedule;
}

/** Parameters with options of their own. The options that a group leaves out are those of the optimiser. */
export type ParameterGroup<Options extends OptimiserOptions = OptimiserOptions> = Options & {
  /** There may be none. */
  readonly parameters: Iterable<Variable>;
};

/** What an optimiser steps: parameters, which form one group, or groups of them. */
export type ParametersOrGroups<Options extends OptimiserOptions = OptimiserOptions> =
  | Iterable<Variable>
  | Iterable<ParameterGroup<Options>>;

/** A group as an optimiser keeps it, with all options. */
export interface OptimiserGroup<Options extends OptimiserOptions = OptimiserOptions> {
  readonly parameters: readonly Variable[];
  readonly options: Omit<Required<Options> & Required<OptimiserOptions>, "learningRate">;
  /** The learning rate, or the schedule that returns it. You may change it between steps. */
  learningRate: number | Schedule;
}

/** What distinguishes one kind of optimiser from the others. */
export interface OptimiserKind<Options extends OptimiserOptions = OptimiserOptions> {
  /** The name that errors begin with. */
  readonly name: string;
  /** The default of every option. */
  readonly defaults: Required<Options> & Required<OptimiserOptions>;
  /** A check for each option; one without a check may be anything. */
  readonly checks?: Partial<Checks<Options>>;
  /** Throws if the options of a group do not go together. */
  readonly together?: (operation: string, options: Required<Options>) => void;
  /** The names of the states that each element of a parameter has, such as ["velocity"]; none by default. */
  readonly states?: readonly string[] | ((options: Required<Options>) => readonly string[]);
}

const rate: Check = either("a number or a schedule, such as cosine(...)", number, callable);

export const optimiserOptions: Checks<OptimiserOptions> = { learningRate: rate };

/** A group, and the names of the states of its parameters. */
interface Settled<Options extends OptimiserOptions> {
  readonly group: OptimiserGroup<Options>;
  readonly states: readonly string[];
}

/**
 * The groups of an optimiser, with all their options.
 * @throws ArgumentError if there is something else among the parameters, or an option is unknown or of the wrong kind;
 * ValueError if there are no parameters, one comes twice, or an option is out of range
 */
export function groupsOf<Options extends OptimiserOptions>(
  kind: OptimiserKind<Options>,
  trained: ParametersOrGroups<Options>,
  options: Options | undefined,
): Settled<Options>[] {
  checkKind(kind);
  const { name, defaults, together, states = [] } = kind;
  const names = Object.keys(defaults).map((option) => [option, anything]);
  const checks = { ...Object.fromEntries(names), ...optimiserOptions, ...kind.checks };
  if (options !== undefined) checkNamed(name, options, checks);
  const settled = separate(trained).map(({ which, parameters, own }) => {
    const where = `${name}${which}`;
    if (own !== undefined) checkNamed(where, { parameters, ...own }, { parameters: anything, ...checks });
    const all: typeof defaults = { ...defaults, ...definedOf(options), ...definedOf(own) };
    together?.(where, all);
    const { learningRate, ...others } = all;
    const group = { parameters: parametersOf(`Optimiser${which}`, parameters), options: others, learningRate };
    return { group, states: typeof states === "function" ? states(all) : states };
  });
  const count = parametersOf(
    "Optimiser",
    settled.flatMap(({ group }) => group.parameters),
  ).length;
  if (count === 0) throw new ValueError("Optimiser: got no parameters; pass model.parameters()");
  return settled;
}

/** What was given for one group. */
interface Given {
  /** The group, for messages. */
  readonly which: string;
  readonly parameters: unknown;
  /** Its options; undefined if there are no groups. */
  readonly own?: object;
}

/** What was given for each group. Parameters without a group form one. */
function separate(trained: unknown): Given[] {
  const items = isIterable(trained) ? [...trained] : [];
  if (!items.some(isGroup)) return [{ which: "", parameters: isIterable(trained) ? items : trained }];
  return items.map((item, k) => {
    if (!isGroup(item))
      throw new ArgumentError(
        `Optimiser: group ${k} must be { parameters: [...], ... }, as the others are, got ${described(item)}`,
      );
    const { parameters, ...own } = item;
    return { which: `: group ${k}`, parameters, own };
  });
}

/** Whether it is meant as a group: a plain object. */
function isGroup(item: unknown): item is { readonly parameters?: unknown } {
  if (typeof item !== "object" || item === null) return false;
  const prototype: unknown = Object.getPrototypeOf(item);
  return prototype === Object.prototype || prototype === null;
}

/** The options without those that are undefined, which have their default. */
function definedOf(options: object = {}): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function checkKind(kind: unknown): void {
  const object: Check = (operation, what, value) => {
    if (typeof value !== "object" || value === null)
      throw new ArgumentError(`${operation}: ${what} must be an object, got ${described(value)}`);
  };
  const operation = "Optimiser: the third argument";
  const checks = { name: text, defaults: object, checks: object, together: callable, states: anything };
  checkNamed(operation, kind, checks);
  text(operation, "name", Reflect.get(Object(kind), "name"));
  object(operation, "defaults", Reflect.get(Object(kind), "defaults"));
}

const anything: Check = () => {};
