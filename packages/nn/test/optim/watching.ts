/** An optimiser that changes nothing and keeps what it is asked to step. */
import type { Variable } from "@polygrad/autograd";
import { Optimiser, type ParameterStep } from "../../src/index.ts";

export class Watching extends Optimiser {
  readonly seen: ParameterStep[] = [];

  constructor(parameters: Iterable<Variable>, states = 1) {
    const names = Array.from({ length: states }, (_, k) => `state${k}`);
    super(parameters, {}, { name: "Watching", defaults: { learningRate: 0.1 }, states: names });
  }

  protected override update(step: ParameterStep): void {
    this.seen.push(step);
  }

  /** The pairs [index, taken] of the parameters that one step changes. */
  steppedOnce(): number[][] {
    this.seen.length = 0;
    this.step();
    return this.seen.map(({ index, taken }) => [index, taken]);
  }
}
