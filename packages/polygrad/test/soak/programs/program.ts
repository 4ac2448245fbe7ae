/** Programs: leaves and steps, planned from fast-check's numbers so that every step is possible. */
import { Draw, valueAt } from "./draw.ts";
import { EVERYWHERE } from "./functions.ts";
import { constant, mul } from "./hyper.ts";
import { describe, type Leaf, leaf, leafShape, plainOf } from "./leaf.ts";
import { unary, withNumber } from "./operations/elementwise.ts";
import { KINDS } from "./operations/index.ts";
import { UNIT } from "./part.ts";
import type { Plain } from "./plain.ts";
import { chained, type Pool, type Step } from "./step.ts";

/** The numbers from which a program is planned: some for each leaf, some for each step. */
export interface Choices {
  readonly leaves: readonly (readonly number[])[];
  readonly steps: readonly (readonly number[])[];
}

export interface Program {
  /** Leaves and steps in order: the variables, by their numbers. */
  readonly nodes: readonly (Leaf | Step)[];
  /** For each variable that no step uses, the weights of its elements in the loss. */
  readonly weights: ReadonlyMap<number, readonly number[]>;
  /** The values of all variables, without derivatives. */
  readonly values: readonly Plain[];
  /** How many proposals were replaced because a comparison was too close to call, or a result not finite. */
  readonly avoided: number;
}

export function isStep(node: Leaf | Step): node is Step {
  return "inputs" in node;
}

/** The largest value that may be passed on; others are divided by a power of 2. */
const LARGEST = 16;

export function plan({ leaves, steps }: Choices): Program {
  const nodes: (Leaf | Step)[] = [];
  const values: Plain[] = [];
  const used = new Set<number>();
  let avoided = 0;
  const addLeaf = (draw: Draw, shape: readonly number[]) => {
    const own = leaf(draw, shape);
    values.push(plainOf(own, constant));
    return nodes.push(own) - 1;
  };
  const pool: Pool = {
    get shapes() {
      return values.map(({ shape }) => shape);
    },
    pick(draw, fit = () => true) {
      const fitting = [...values.keys()].filter((k) => fit(values[k].shape)).reverse();
      return fitting[Math.min(draw.below(fitting.length), draw.below(fitting.length))];
    },
    ofShape(draw, shape) {
      const same = (other: readonly number[]) => other.join() === shape.join();
      return (draw.once(2) ? this.pick(draw, same) : undefined) ?? addLeaf(draw, shape);
    },
  };
  for (const numbers of leaves) {
    const draw = new Draw(numbers);
    addLeaf(draw, leafShape(draw));
  }
  for (const numbers of steps) {
    const draw = new Draw(numbers);
    const proposal = draw.of(Object.values(draw.of(KINDS)))(draw, pool);
    let step = proposal ?? fallback(draw, pool);
    let value = evaluate(step, values);
    if (!isSound(value) || (isNewlyUncertain(step, value, values) && !draw.once(6))) {
      avoided++;
      step = fallback(draw, pool);
      value = evaluate(step, values);
    }
    const largest = value.items.reduce((most, { x }) => Math.max(most, Math.abs(x.value)), 0);
    if (largest > LARGEST) {
      step = chained(step, withNumber("mul", mul, 2 ** -Math.ceil(Math.log2(largest / 4))));
      value = evaluate(step, values);
    }
    for (const input of step.inputs) used.add(input);
    nodes.push(step);
    values.push(value);
  }
  const ends = [...nodes.keys()].filter((k) => !used.has(k));
  return { nodes, values, avoided, weights: new Map(ends.map((k) => [k, weightsOf(values[k], k)])) };
}

/** A step that is always possible. */
function fallback(draw: Draw, pool: Pool): Step {
  return unary("sin", EVERYWHERE.sin, pool.pick(draw) ?? 0);
}

function evaluate({ plain, inputs }: Step, values: readonly Plain[]): Plain {
  return plain(inputs.map((k) => values[k]));
}

function isSound({ items }: Plain): boolean {
  return items.every(({ x }) => Number.isFinite(x.value) && Math.abs(x.value) < 1e6 && x.error * UNIT < 2 ** -8);
}

function isNewlyUncertain({ inputs }: Step, { items }: Plain, values: readonly Plain[]): boolean {
  const isUncertain = (x: Plain) => x.items.some(({ uncertain }) => uncertain);
  return items.some(({ uncertain }) => uncertain) && !inputs.some((k) => isUncertain(values[k]));
}

/** Multiples of 1/2 that are not 0, but 0 for elements whose derivatives are uncertain. */
function weightsOf({ items }: Plain, seed: number): number[] {
  return items.map(({ uncertain }, i) => (uncertain ? 0 : Math.round(2 * valueAt(seed, i)) / 2 || 1));
}

/** The program as text. */
export function textOf({ nodes }: Program): string {
  const lines = nodes.map((node, k) => {
    const names = isStep(node) ? node.inputs.map((input) => `v${input}`) : [];
    return `  v${k} = ${isStep(node) ? node.text(names) : describe(node)}`;
  });
  return lines.join("\n");
}
