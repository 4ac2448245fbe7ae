/** What a stage is: one way to play. Each has a folder of its own, and the shell knows no more about it than this. */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Session } from "../train/session.ts";
import type { StageName } from "./address.ts";
import type { Experiment } from "./experiments.tsx";
import type { Query } from "./query.ts";

export interface StageProps<Settings, Snapshot, Answer = unknown> {
  readonly session: Session<Snapshot, Answer>;
  readonly settings: ReadonlySignal<Settings>;
  /** Changes some settings, and trains from the beginning: at once if it was training, or if `play` says so. */
  readonly change: (part: Partial<Settings>, play?: boolean) => void;
}

export interface Stage<Settings extends object, Snapshot, Answer = unknown> {
  readonly name: StageName;
  readonly title: string;
  /** What there is to see, in a sentence or two. */
  readonly lead: string;
  /** The networks that can be exported: those of the trainer. */
  readonly networks: readonly { readonly name: string; readonly title: string }[];
  readonly experiments?: readonly Experiment[];
  /** The settings in an address; those that are missing have their initial value. */
  readonly read: (query: Query) => Settings;
  /** The pictures. */
  readonly View: (props: StageProps<Settings, Snapshot, Answer>) => JSX.Element;
  /** The settings. */
  readonly Controls: (props: StageProps<Settings, Snapshot, Answer>) => JSX.Element;
  /** A few numbers in words, for those who do not see the pictures. */
  readonly describe: (snapshot: Snapshot) => string;
}
