/** Trains a classifier of points with Adam, on all training points at once. */
import {
  Adam,
  binaryCrossEntropyWithLogits,
  type Captured,
  capture,
  crossEntropy,
  noGrad,
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
import { type CsvAnswer, readCsv } from "./csv.ts";
import { heldOut, pointsOf, rowsOf } from "./data.ts";
import type { Points } from "./points.ts";
import { type PlanesSettings, readPlanes } from "./settings.ts";
import { type UnitSurfaces, unitSurfaces } from "./unit-surfaces.ts";

/** The points of the decision surface on each side. */
export const SIDE = 49;
const UNIT_SIDE = 33;

/** The mean loss on some points, and the share of them that is told right. */
export interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

export interface PlanesSnapshot {
  readonly points: Points;
  /** [points]: 1 for points that the training does not see. */
  readonly held: Uint8Array;
  /** [SIDE, SIDE, classes]: the probability of each class, in rows from y = 1 down, each from x = -1 to x = 1. */
  readonly surface: Float32Array;
  /** What each unit of the last hidden layer adds to the answer, see unit-surfaces.ts. */
  readonly units: UnitSurfaces;
  readonly wires: readonly Wires[];
  readonly parameters: number;
  readonly train: Score;
  readonly test: Score;
  /** Rows of a step, the loss in training and the loss on points held out. */
  readonly history: Float32Array;
}

class PlanesTrainer implements Trainer<PlanesSnapshot, CsvAnswer> {
  readonly networks: { readonly classifier: Sequential };
  readonly #blocks: Blocks;
  readonly #points: Points;
  readonly #held: Uint8Array;
  readonly #train: Part;
  readonly #test: Part;
  readonly #grid = gridOf(SIDE);
  readonly #small = gridOf(UNIT_SIDE);
  readonly #optimiser: Adam;
  readonly #loss: Captured<[], Variable>;
  readonly #history = new History(2);
  #step = 0;

  constructor(settings: PlanesSettings) {
    const { edges: kind, hidden, second, seed, lr } = settings;
    this.#points = pointsOf(settings);
    const { labels, classes } = this.#points;
    this.#held = heldOut(labels.length, seed);
    const numbers = [...labels.keys()];
    const part = (held: number) =>
      partOf(
        this.#points,
        numbers.filter((k) => this.#held[k] === held),
      );
    [this.#train, this.#test] = [part(0), part(1)];
    // Two classes need one number, the logit of the second.
    const outputs = classes.length === 2 ? 1 : classes.length;
    const sizes = [2, hidden, ...(second > 0 ? [second] : []), outputs];
    this.#blocks = blocksOf({ ...settings, kind, sizes, random: new Random(seed) });
    const network = new Sequential(...this.#blocks.flat());
    this.networks = { classifier: network };
    this.#optimiser = new Adam(network.parameters(), { learningRate: lr });
    this.#loss = capture(() => {
      const loss = lossOf(network.forward(this.#train.x), this.#train);
      loss.backward();
      return loss;
    });
  }

  step(): void {
    const { classifier } = this.networks;
    this.#optimiser.zeroGrad();
    const loss = this.#loss().item();
    if (this.#history.keeps(this.#step)) {
      const test = noGrad(() => lossOf(classifier.forward(this.#test.x), this.#test));
      this.#history.add(this.#step, [loss, test.item()]);
    }
    this.#optimiser.step();
    this.#step++;
  }

  snapshot(): PlanesSnapshot {
    const { classifier } = this.networks;
    const { wires } = pass(this.#blocks, this.#train.x);
    return {
      points: this.#points,
      held: this.#held,
      surface: probabilities(noGrad(() => classifier.forward(this.#grid)).value),
      units: unitSurfaces(this.#blocks, this.#small, UNIT_SIDE),
      wires,
      parameters: classifier.parameters().reduce((sum, { value }) => sum + value.size, 0),
      train: noGrad(() => scoreOf(classifier, this.#train)),
      test: noGrad(() => scoreOf(classifier, this.#test)),
      history: this.#history.copy(),
    };
  }

  answer(question: unknown): Promise<CsvAnswer> {
    return readCsv(question);
  }
}

/** Some of the points: their places, and their labels in the two forms that losses take. */
interface Part {
  readonly x: Tensor;
  readonly labels: Uint8Array;
  readonly column: Tensor;
}

function partOf(points: Points, chosen: readonly number[]): Part {
  const labels = Uint8Array.from(chosen, (k) => points.labels[k]);
  return { x: rowsOf(points, chosen), labels, column: tensor(Array.from(labels, (label) => [label])) };
}

function lossOf(logits: Variable, { labels, column }: Part): Variable {
  return logits.shape[1] === 1 ? binaryCrossEntropyWithLogits(logits, column) : crossEntropy(logits, labels);
}

function scoreOf(network: Sequential, part: Part): Score {
  const logits = network.forward(part.x);
  const chosen = logits.shape[1] === 1 ? [...logits.value.data].map((z) => (z > 0 ? 1 : 0)) : logits.value.argmax(1);
  const right = part.labels.filter((label, k) => label === chosen[k]).length;
  return { loss: lossOf(logits, part).item(), accuracy: right / part.labels.length };
}

function probabilities(logits: Tensor): Float32Array {
  if (logits.shape[1] !== 1) return Float32Array.from(logits.softmax(1).contiguous().data);
  const second = logits.sigmoid().contiguous().data;
  return Float32Array.from({ length: 2 * second.length }, (_, k) => (k & 1 ? second[k >> 1] : 1 - second[k >> 1]));
}

function gridOf(side: number): Tensor {
  const along = (k: number) => (2 * k) / (side - 1) - 1;
  return tensor(Array.from({ length: side * side }, (_, k) => [along(k % side), -along(Math.floor(k / side))]));
}

export function start(query: Query): PlanesTrainer {
  return new PlanesTrainer(readPlanes(query));
}
