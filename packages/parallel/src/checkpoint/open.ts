/** The checkpoints of a run that starts, and the state from which it continues. */
import type { Module } from "@polygrad/nn";
import type { Group } from "../groups.ts";
import type { DataParallelOptions } from "../options.ts";
import type { Shared } from "../shared.ts";
import { Checkpoints, resumeFrom } from "./checkpoints.ts";
import { checksumOf } from "./checksum.ts";
import { identityOf } from "./identity.ts";
import type { RunState } from "./state.ts";
import { checkpointTensors, type Extras } from "./tensors.ts";

/** What a run is known by, and what it saves. */
export interface Saved extends Extras {
  /** The options of the recipe. */
  readonly options: unknown;
  /** Everything else that its weights depend on, except the data. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly model: Module;
  readonly groups: readonly Group[];
  readonly shared: Shared;
}

/** What `openCheckpoints` returns. */
export interface Opened {
  /** Undefined if the run only continues from a checkpoint. */
  readonly checkpoints: Checkpoints | undefined;
  /** The state that has been read from a checkpoint; undefined if the run begins. */
  readonly state: RunState | undefined;
}

/**
 * Opens the directory of the checkpoints, and reads the one from which the run continues into shared memory.
 * @throws CheckpointError if it cannot be read, or is of another run
 */
export async function openCheckpoints(
  { checkpoint, resume }: Pick<DataParallelOptions<unknown>, "checkpoint" | "resume">,
  { options, facts, model, groups, shared, ...extras }: Saved,
): Promise<Opened> {
  const identity = identityOf(options, { ...facts, data: checksumOf(shared) });
  const tensors = checkpointTensors(model, groups, shared, extras);
  const checkpoints = checkpoint && new Checkpoints(checkpoint, identity, tensors);
  const newest = await checkpoints?.open(resume);
  const from = typeof resume === "string" ? resume : newest;
  return { checkpoints, state: from === undefined ? undefined : await resumeFrom(from, identity, tensors) };
}

export type OpenCheckpoints = typeof openCheckpoints;
