/** Early stopping of a run: the figure that it watches, and the weights of the best epoch. */
import { EarlyStopping } from "@polygrad/nn";
import { assign, clone, type Tensor, tensor, ValueError } from "@polygrad/tensor";
import type { EarlyStoppingSettings } from "./options.ts";
import type { Figures } from "./recipe.ts";

export class Stopping {
  readonly #metric: string;
  readonly #judge: EarlyStopping;
  /** What the best weights are copied from. */
  readonly #current: readonly Tensor[];
  /** Copies of them from the best epoch; undefined if the run does not restore them. */
  readonly best: readonly Tensor[] | undefined;

  /** @param current what figures are computed with, flat: the parameters or averages of each group, and what is kept */
  constructor(settings: EarlyStoppingSettings, current: readonly Tensor[]) {
    const { metric = "loss", restoreBest = true, ...judged } = settings;
    this.#metric = metric;
    this.#judge = new EarlyStopping(judged);
    this.#current = current;
    this.best = restoreBest ? current.map(clone) : undefined;
  }

  /** Whether the run ends. */
  get isOver(): boolean {
    return this.#judge.stop;
  }

  /** Judges an epoch by its figures. @throws ValueError if they do not include the one that it watches */
  report(figures: Figures | undefined): void {
    const value = figures?.[this.#metric];
    if (value === undefined)
      throw new ValueError(
        figures === undefined
          ? "DataParallel: earlyStopping needs validation data; return `validation` from the recipe's data function"
          : `DataParallel: earlyStopping watches "${this.#metric}", but the recipe's evaluate returns ` +
              Object.keys(figures).join(", "),
      );
    if (!this.#judge.report(value)) return;
    for (const [k, copy] of this.best?.entries() ?? []) assign(copy, this.#current[k]);
  }

  /** The state apart from the best weights. */
  get state(): Readonly<Record<string, number>> {
    return Object.fromEntries(Object.entries(this.#judge.stateDict()).map(([name, value]) => [name, value.item()]));
  }

  /** Continues from a `state`; without one, from the beginning. */
  restore(state: Readonly<Record<string, number>> | undefined): void {
    if (state === undefined) return;
    const entries = Object.entries(state).map(([name, value]) => [name, tensor(Float64Array.of(value))]);
    this.#judge.loadStateDict(Object.fromEntries(entries));
  }
}
