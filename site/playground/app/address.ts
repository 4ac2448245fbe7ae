/** The address of a state, `#/curves?degree=5&step=400`: the stage, its settings and the number of steps. */

/** The stages and what they are called. */
export const stageTitles = { digits: "Digits", curves: "Curves", planes: "Planes" } as const;
export type StageName = keyof typeof stageTitles;

function isStage(name: string): name is StageName {
  return Object.hasOwn(stageTitles, name);
}

export const stageNames: readonly StageName[] = Object.keys(stageTitles).filter(isStage);

export interface Address {
  readonly stage: StageName;
  /** The settings of the stage. */
  readonly query: string;
  /** The steps to train; undefined if the address does not say. */
  readonly step: number | undefined;
}

/** The most steps that a link may ask for. */
const MOST_STEPS = 1_000_000;

/** Reads the part of an address from "#" on. What it does not know it leaves out. */
export function readAddress(hash: string): Address {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const values = new URLSearchParams(query);
  const step = values.get("step") ?? "";
  values.delete("step");
  return {
    stage: isStage(path) ? path : "curves",
    query: values.toString(),
    step: /^\d{1,9}$/.test(step) ? Math.min(Number(step), MOST_STEPS) : undefined,
  };
}

export function printAddress({ stage, query, step }: Address): string {
  const steps = step === undefined ? "" : `step=${step}`;
  return `#/${stage}?${[query, steps].filter((part) => part !== "").join("&")}`;
}
