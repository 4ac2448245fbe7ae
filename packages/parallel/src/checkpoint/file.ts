/**
 * A checkpoint as a file: safetensors, with the state of the run, its identity and a checksum of it all as metadata.
 *
 * Version 1. Tensors: `model.NAME` for every parameter and buffer, `optimiser.STATE.NAME`, and, if the run keeps them,
 * `average.NAME` and `best.NAME`. Metadata: see `Metadata`.
 */
import { encodeSafetensors, parseSafetensors } from "@polygrad/formats";
import type { Tensor } from "@polygrad/tensor";
import { CheckpointError } from "./errors.ts";
import type { Identity } from "./identity.ts";
import { encodeState, parseState, type RunState } from "./state.ts";

const FORMAT = "polygrad checkpoint";
const VERSION = 1;

/** What a checkpoint holds. */
export interface Checkpoint {
  readonly identity: Identity;
  readonly state: RunState;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** The file of a checkpoint. The tensors are read before this returns a promise, so they may change afterwards. */
export async function encodeCheckpoint({ identity, state, tensors }: Checkpoint): Promise<Uint8Array> {
  const metadata = {
    ...{ format: FORMAT, version: String(VERSION), run: JSON.stringify(identity), state: encodeState(state) },
  };
  const entries = Object.fromEntries([...tensors].map(([name, tensor]) => [name, tensor]));
  const unsigned = encodeSafetensors(entries, { metadata });
  const sealed = parseSafetensors(unsigned);
  return encodeSafetensors(sealed.tensors, { metadata: { ...metadata, sha256: await sha256(unsigned) } });
}

/**
 * Reads the file of a checkpoint.
 * @param path the name of the file, for error messages
 * @throws CheckpointError if it is not a checkpoint, of a newer version, or damaged
 */
export async function parseCheckpoint(bytes: Uint8Array, path: string): Promise<Checkpoint> {
  const { tensors, metadata } = opened(bytes, path);
  const { sha256: seal, ...rest } = metadata;
  if (rest.format !== FORMAT)
    throw new CheckpointError(`DataParallel: ${path} is a safetensors file, but no checkpoint`);
  if (rest.version !== String(VERSION))
    throw new CheckpointError(
      `DataParallel: ${path} is a checkpoint of version ${rest.version}, and this library reads version ${VERSION}; ` +
        "continue the run with the version of the library that wrote it",
    );
  if ((await sha256(encodeSafetensors(tensors, { metadata: rest }))) !== seal)
    throw damaged(path, "its checksum is wrong");
  try {
    const identity: Identity = JSON.parse(rest.run);
    return { identity, state: parseState(rest.state), tensors: new Map(Object.entries(tensors)) };
  } catch (error) {
    throw damaged(path, error);
  }
}

function opened(bytes: Uint8Array, path: string): ReturnType<typeof parseSafetensors> {
  try {
    return parseSafetensors(bytes);
  } catch (error) {
    throw damaged(path, error);
  }
}

function damaged(path: string, cause: unknown): CheckpointError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CheckpointError(
    `DataParallel: the checkpoint ${path} is damaged (${why}); delete it to continue from an older one`,
    { cause },
  );
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
