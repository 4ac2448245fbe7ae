/** The data sets of the stage Planes. Sines are those of polygrad, so that all engines draw the same points. */
import { Random, type Tensor, tensor } from "polygrad";
import { type Points, readPlane } from "./points.ts";
import type { DataName, PlanesSettings } from "./settings.ts";

const COUNT = 300;

/** A point by its class and its place: x + across sin(angle), y + up cos(angle). */
interface Point {
  readonly label: number;
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly across: number;
  readonly up: number;
}

function at(x: number, y: number, label: number): Point {
  return { label, x, y, angle: 0, across: 0, up: 0 };
}

/** How each data set is drawn, point by point. */
const drawn: Readonly<Record<Exclude<DataName, "own">, (random: Random) => Point>> = {
  spirals: (random) => {
    const label = random.below(2);
    const along = random.uniform();
    const radius = (0.12 + 0.8 * along) * (label === 0 ? 1 : -1);
    return { label, x: 0, y: 0, angle: 0.3 + 10 * along, across: radius, up: radius };
  },
  circle: (random) => {
    for (;;) {
      const [x, y] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
      const square = x * x + y * y;
      if (square < 0.25) return at(x, y, 1);
      if (square > 0.42 && square < 0.92) return at(x, y, 0);
    }
  },
  xor: (random) => {
    const [x, y] = [1.8 * random.uniform() - 0.9, 1.8 * random.uniform() - 0.9];
    return at(x + (x < 0 ? -0.05 : 0.05), y + (y < 0 ? -0.05 : 0.05), x * y < 0 ? 1 : 0);
  },
  moons: (random) => {
    const label = random.below(2);
    // A quarter turn before, so that the angles of a moon lie around that of its highest or lowest point.
    const angle = Math.PI * (random.uniform() - 0.5);
    return label === 0
      ? { label, x: -0.3, y: -0.25, angle, across: 0.6, up: 0.75 }
      : { label, x: 0.3, y: 0.3, angle, across: 0.6, up: -0.75 };
  },
};

/** The points of these settings; of the user's own, spirals if there are none. */
export function pointsOf({ data, noise, seed, points, classes }: PlanesSettings): Points {
  const own = data === "own" ? readPlane(points, classes.split(",")) : undefined;
  if (own !== undefined) return own;
  const random = new Random(seed);
  const draw = drawn[data === "own" ? "spirals" : data];
  const scattered = Array.from({ length: COUNT }, () => {
    const point = draw(random);
    return { ...point, aside: random.normal(), above: random.normal() };
  });
  const angles = tensor(
    scattered.map(({ angle }) => angle),
    { dtype: "float64" },
  );
  const [sines, cosines] = [angles.sin().data, angles.cos().data];
  const scatter = noise / 50;
  const places = scattered.flatMap(({ x, y, across, up, aside, above }, k) => [
    inside(x + across * sines[k] + scatter * aside),
    inside(y + up * cosines[k] + scatter * above),
  ]);
  const labels = Uint8Array.from(scattered, ({ label }) => label);
  return { places: Float32Array.from(places), labels, classes: ["A", "B"] };
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
