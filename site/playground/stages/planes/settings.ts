/** The settings of the stage Planes. */
import type { Query } from "../../app/query.ts";
import { bases, edgeKinds, rates, squashes } from "../../train/choices.ts";

/** What is to be told apart. "own" are the points in the settings. */
export const dataNames = ["spirals", "circle", "xor", "moons", "own"] as const;
export type DataName = (typeof dataNames)[number];

/** The user's own points, as in points.ts, and what their axes and classes are called; all empty if there are none. */
export interface OwnPoints {
  readonly points: string;
  readonly x: string;
  readonly y: string;
  /** The names of the classes, with commas between them. */
  readonly classes: string;
}

export interface PlanesSettings extends OwnPoints {
  readonly data: DataName;
  /** How far points are scattered, in percent of the width of the plane. */
  readonly noise: number;
  readonly edges: (typeof edgeKinds)[number];
  readonly basis: (typeof bases)[number];
  readonly degree: number;
  /** The units of the hidden layer. */
  readonly hidden: number;
  /** The units of a second hidden layer; without one, 0. */
  readonly second: number;
  readonly squash: (typeof squashes)[number];
  readonly lr: (typeof rates)[number];
  readonly seed: number;
}

export function readPlanes(query: Query): PlanesSettings {
  const data = query.choice("data", "spirals", dataNames);
  const own = (name: string) => (data === "own" ? query.text(name, "") : "");
  return {
    data: data,
    noise: query.integer("noise", 1, 0, 20),
    edges: query.choice("edges", "polynomial", edgeKinds),
    basis: query.choice("basis", "chebyshev", bases),
    degree: query.integer("degree", 5, 1, 12),
    hidden: query.integer("hidden", 4, 1, 10),
    second: query.integer("second", 0, 0, 10),
    squash: query.choice("squash", "tanh", squashes),
    lr: query.number("lr", 0.01, rates),
    seed: query.integer("seed", 1, 0, 999_999_999),
    points: own("points"),
    x: own("x"),
    y: own("y"),
    classes: own("classes"),
  };
}
