/** How many hidden units each network has, so that all have about as many parameters as the polynomial one. */
import { type EdgeKind, edgeKinds, parametersOf } from "../../train/choices.ts";
import type { CurvesSettings } from "./settings.ts";

export const networkNames: typeof edgeKinds = edgeKinds;
export type NetworkName = EdgeKind;

/** The hidden units and the parameters of a network. */
export interface Size {
  readonly hidden: number;
  readonly parameters: number;
}

export function sizesFor({ degree, hidden }: Pick<CurvesSettings, "degree" | "hidden">): Record<NetworkName, Size> {
  const count = (kind: EdgeKind, hidden: number) => parametersOf({ kind, sizes: [1, hidden, 1], degree });
  const parameters = count("polynomial", hidden);
  /** The number of hidden units that comes nearest. Each adds the same number of parameters. */
  const nearest = (kind: EdgeKind): Size => {
    const [one, two] = [count(kind, 1), count(kind, 2)];
    const hidden = Math.max(1, 1 + Math.round((parameters - one) / (two - one)));
    return { hidden, parameters: count(kind, hidden) };
  };
  return { polynomial: { hidden, parameters }, relu: nearest("relu"), spline: nearest("spline") };
}
