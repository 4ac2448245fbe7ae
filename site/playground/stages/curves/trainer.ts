/** Trains the three networks on the curve, each with Adam on all points at once. */
import {
  Adam,
  type Captured,
  capture,
  linspace,
  mseLoss,
  Random,
  Sequential,
  type Tensor,
  tensor,
  type Variable,
} from "polygrad";
import type { Query } from "../../app/query.ts";
import { type Blocks, blocksOf } from "../../train/blocks.ts";
import { History } from "../../train/history.ts";
import type { Trainer } from "../../train/trainer.ts";
import { pass, type Wires } from "../../train/wires.ts";
import { POINTS, TOP, xOf } from "./points.ts";
import { curveOf } from "./presets.ts";
import { type CurvesSettings, readCurves } from "./settings.ts";
import { type NetworkName, networkNames, sizesFor } from "./sizes.ts";

/** The points at which fits are drawn, from x = -1 to x = 1. */
const FIT_POINTS = 253;

/** What is drawn of one network. */
export interface Fit {
  /** The values at FIT_POINTS points. */
  readonly values: Float32Array;
  /** The root of the mean squared error at the points of the curve. */
  readonly error: number;
  readonly wires: readonly Wires[];
}

export interface CurvesSnapshot {
  readonly fits: Readonly<Record<NetworkName, Fit>>;
  /** Rows of a step and the error of each network. */
  readonly history: Float32Array;
}

/** One network, and what it needs for a step. */
class Contestant {
  readonly network: Sequential;
  readonly #blocks: Blocks;
  readonly #optimiser: Adam;
  readonly #loss: Captured<[], Variable>;
  /** The mean squared error before the last step. */
  loss = Number.NaN;

  constructor(blocks: Blocks, x: Tensor, y: Tensor, learningRate: number) {
    this.network = new Sequential(...blocks.flat());
    this.#blocks = blocks;
    this.#optimiser = new Adam(this.network.parameters(), { learningRate });
    this.#loss = capture(() => {
      const loss = mseLoss(this.network.forward(x), y);
      loss.backward();
      return loss;
    });
  }

  step(): void {
    this.#optimiser.zeroGrad();
    this.loss = this.#loss().item();
    this.#optimiser.step();
  }

  fit(grid: Tensor, heights: Int8Array): Fit {
    const { output, wires } = pass(this.#blocks, grid);
    const values = Float32Array.from(output.contiguous().data);
    const every = (FIT_POINTS - 1) / (POINTS - 1);
    const squares = Array.from(heights, (height, k) => (values[k * every] - height / TOP) ** 2);
    return { values, error: Math.sqrt(squares.reduce((a, b) => a + b, 0) / POINTS), wires };
  }
}

class CurvesTrainer implements Trainer<CurvesSnapshot> {
  readonly networks: Readonly<Record<NetworkName, Sequential>>;
  readonly #all: Readonly<Record<NetworkName, Contestant>>;
  readonly #heights: Int8Array;
  readonly #grid = linspace(-1, 1, FIT_POINTS).unsqueeze(1);
  readonly #history = new History(networkNames.length);
  #step = 0;

  constructor(settings: CurvesSettings) {
    this.#heights = curveOf(settings.f);
    const x = tensor(Array.from(this.#heights, (_, k) => [xOf(k)]));
    const y = tensor(Array.from(this.#heights, (height) => [height / TOP]));
    const sizes = sizesFor(settings);
    const contestant = (kind: NetworkName) => {
      // Each draws its weights from a generator of its own, so that a change to one leaves the others as they are.
      const random = new Random(settings.seed);
      const blocks = blocksOf({ ...settings, kind, sizes: [1, sizes[kind].hidden, 1], random });
      return new Contestant(blocks, x, y, settings.lr);
    };
    this.#all = { polynomial: contestant("polynomial"), relu: contestant("relu"), spline: contestant("spline") };
    this.networks = {
      polynomial: this.#all.polynomial.network,
      relu: this.#all.relu.network,
      spline: this.#all.spline.network,
    };
  }

  step(): void {
    for (const name of networkNames) this.#all[name].step();
    this.#history.add(
      this.#step++,
      networkNames.map((name) => Math.sqrt(this.#all[name].loss)),
    );
  }

  snapshot(): CurvesSnapshot {
    const fit = (name: NetworkName) => this.#all[name].fit(this.#grid, this.#heights);
    return {
      fits: { polynomial: fit("polynomial"), relu: fit("relu"), spline: fit("spline") },
      history: this.#history.copy(),
    };
  }
}

export function start(query: Query): CurvesTrainer {
  return new CurvesTrainer(readCurves(query));
}
