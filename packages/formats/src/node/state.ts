/** Saved states in files. Read state.ts and node/files.ts first. */
import { writeAtomically } from "@polygrad/data/node";
import { text } from "@polygrad/tensor/internal";
import { encodeState, loadState, type StateParts } from "../state/state.ts";
import { readBytes } from "./files.ts";

/**
 * Saves a state in a file: `await saveState("run.safetensors", { model, optimiser, loader, epoch })`; see `encodeState`.
 * Every reader finds the old file or the complete new one.
 * @throws ArgumentError or FormatError before it writes; FileError if the file cannot be written: the old one remains
 */
export async function saveState(path: string, parts: StateParts): Promise<void> {
  text("saveState", "the path", path);
  await writeAtomically(path, encodeState(parts));
}

/**
 * Restores a state from a file: `const { epoch } = await restoreState("run.safetensors", { model, optimiser, loader,
 * epoch: 0 })`; see `loadState`.
 * @returns the parts, with the file's numbers, texts and flags
 * @throws FileError if the file cannot be read; FormatError if it does not fit: then nothing has changed
 */
export async function restoreState<Parts extends StateParts>(path: string, parts: Parts): Promise<Parts> {
  return loadState(await readBytes("restoreState", path), parts, { file: path });
}
