/** The data sets of the stage Planes. Sines are those of polygrad, so that all engines draw the same points. */
import { Random, type Tensor, tensor } from "polygrad";
import { type Points, readPlane } from "./points.ts";
import type { DataName, PlanesSettings } from "./settings.ts";

const COUNT = 300;

/** A point by its place and its class. */
type Point = readonly [x: number, y: number, label: number];

/** How each data set is drawn, point by point. */
const drawn: Readonly<Record<Exclude<DataName, "own">, (random: Random) => Point>> = {
  spirals: (random) => {
    const label = random.below(2);
    const along = random.uniform();
    const [sine, cosine] = direction(0.3 + 10 * along);
    const radius = (0.12 + 0.8 * along) * (label === 0 ? 1 : -1);
    return [radius * sine, radius * cosine, label];
  },
  circle: (random) => {
    for (;;) {
      const [x, y] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
      const square = x * x + y * y;
      if (square < 0.25) return [x, y, 1];
      if (square > 0.42 && square < 0.92) return [x, y, 0];
    }
  },
  xor: (random) => {
    const [x, y] = [1.8 * random.uniform() - 0.9, 1.8 * random.uniform() - 0.9];
    return [x + (x < 0 ? -0.05 : 0.05), y + (y < 0 ? -0.05 : 0.05), x * y < 0 ? 1 : 0];
  },
  moons: (random) => {
    const label = random.below(2);
    const [sine, cosine] = direction(Math.PI * random.uniform());
    return label === 0 ? [0.6 * cosine - 0.3, 0.75 * sine - 0.25, 0] : [0.6 * cosine + 0.3, 0.3 - 0.75 * sine, 1];
  },
};

function direction(angle: number): readonly [sine: number, cosine: number] {
  const turned = tensor([angle], { dtype: "float64" });
  return [turned.sin().item(), turned.cos().item()];
}

/** The points of these settings; of the user's own, spirals if there are none. */
export function pointsOf({ data, noise, seed, points, classes }: PlanesSettings): Points {
  const own = data === "own" ? readPlane(points, classes.split(",")) : undefined;
  if (own !== undefined) return own;
  const random = new Random(seed);
  const draw = drawn[data === "own" ? "spirals" : data];
  const places = new Float32Array(2 * COUNT);
  const labels = new Uint8Array(COUNT);
  for (let k = 0; k < COUNT; k++) {
    const [x, y, label] = draw(random);
    places[2 * k] = inside(x + (noise / 50) * random.normal());
    places[2 * k + 1] = inside(y + (noise / 50) * random.normal());
    labels[k] = label;
  }
  return { places, labels, classes: ["A", "B"] };
}

function inside(value: number): number {
  return Math.min(Math.max(value, -1), 1);
}

/** Which points are held out: a third of them, drawn at random. */
export function heldOut(count: number, seed: number): Uint8Array {
  const order = new Random(seed + 1).permutation(count);
  const held = new Uint8Array(count);
  for (const k of order.subarray(0, Math.floor(count / 3))) held[k] = 1;
  return held;
}

/** The rows of some points. */
export function rowsOf({ places }: Points, chosen: readonly number[]): Tensor {
  return tensor(chosen.map((k) => [places[2 * k], places[2 * k + 1]]));
}
