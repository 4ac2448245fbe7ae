/** The functions between layers, which have no weights: what they can be, and where they stand. Read order.ts first. */
import type { FormatError } from "../errors.ts";
import type { Architecture } from "./layers.ts";
import { boundaryOf } from "./order.ts";

/** A function between layers; "none" says that there is none. */
export type Between = "none" | "relu" | "gelu" | "silu" | "softplus" | "tanh" | "sigmoid" | "elu" | "leaky-relu";

export const between: Readonly<Record<Between, readonly Architecture[]>> = {
  none: [],
  relu: [["ReLU"]],
  gelu: [["GELU"]],
  silu: [["SiLU"]],
  softplus: [["Softplus"]],
  tanh: [["Tanh"]],
  sigmoid: [["Sigmoid"]],
  elu: [["ELU", 1]],
  "leaky-relu": [["LeakyReLU", 0.01]],
};

/** The names of the functions between layers. */
export const activationNames: readonly Between[] = [
  "none",
  "relu",
  "gelu",
  "silu",
  "softplus",
  "tanh",
  "sigmoid",
  "elu",
  "leaky-relu",
];

/** A layer with weights: its name in the file, and what it is. */
export interface Placed {
  readonly path: string;
  readonly layer: Architecture;
}

const ASK_LAYERS =
  "so the layers cannot be told from the weights; name all of them: with --layers in the command; in a program, make the " +
  "model and use loadTorch";

/**
 * Before which layers the activation stands. Between two layers that mix their inputs, it stands in one place at most.
 * @throws what `refuse` makes of the reason, if there is one and it is not named, or its place is not known
 */
export function functionPlaces(
  chain: readonly Placed[],
  activation: Between | undefined,
  refuse: (what: string) => FormatError,
): ReadonlySet<number> {
  const places = new Set<number>();
  const kindOf = (k: number) => String(chain[k]?.layer[0]);
  const hasNoWeights = (k: number) => kindOf(k) === "LayerNorm" || kindOf(k) === "BatchNorm1d";
  const boundaries = chain.map(({ path }, k) =>
    k === 0 ? { gap: 0, isFlat: true } : boundaryOf(chain[k - 1].path, path),
  );
  const hasGaps = boundaries.some(({ gap }) => gap !== 0);
  const put = (k: number) => {
    if (activation === undefined)
      throw refuse(
        `the function between ${chain[k - 1].path} and ${chain[k].path} has no weights; name it with the option activation: ${activationNames.join(", ")}`,
      );
    places.add(k);
  };
  for (let start = 0; start < chain.length; ) {
    let end = start + 1;
    while (end < chain.length && hasNoWeights(end)) end++;
    // What lies between two layers that mix their inputs, or after the last one: normalisations, and one activation at most.
    const inside = boundaries.map((_, k) => k).slice(start + 1, end + 1);
    const gaps = inside.filter((k) => boundaries[k].gap !== 0);
    const isLinear = kindOf(start) === "Linear" || kindOf(end) === "Linear";
    const isUnknown = inside.some((k) => boundaries[k].gap === undefined);
    const names = `${chain[start].path} and ${chain[Math.min(end, chain.length - 1)].path}`;
    if (isUnknown && (isLinear || activation !== undefined)) {
      if (inside.length === 1 && boundaries[inside[0]].isFlat) put(inside[0]);
      else if (activation !== "none")
        throw refuse(`between ${names} there may be functions in several places, ${ASK_LAYERS}`);
    } else if (!isUnknown && gaps.length > 1 && activation !== "none")
      throw refuse(`between ${names} there are ${gaps.length} layers without weights, ${ASK_LAYERS}`);
    else if (!isUnknown && gaps.length === 1) put(gaps[0]);
    else if (inside.length === 1 && !hasGaps && kindOf(start) === "Linear" && kindOf(end) === "Linear") put(inside[0]);
    start = end;
  }
  return places;
}
