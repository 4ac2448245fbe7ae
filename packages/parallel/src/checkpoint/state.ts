/** The state of a run apart from its tensors: the part of a checkpoint that is JSON. */

import type { Position } from "../protocol.ts";
import type { Epoch } from "../results.ts";
import { exactJson, parseExact } from "./exact.ts";

/** The state of a run between two steps. */
export interface RunState {
  readonly position: Position;
  /** The sum of the losses of all samples in the unfinished epoch so far; of the last one, if it has just been finished. */
  readonly lossSum: number;
  /** The time that training the unfinished epoch took so far, in seconds. */
  readonly seconds: number;
  /** The results of all finished epochs. */
  readonly history: readonly Epoch[];
  /** The state of early stopping, as numbers; undefined without it. */
  readonly stopping: Readonly<Record<string, number>> | undefined;
}

export function encodeState(state: RunState): string {
  return exactJson(state);
}

/** @throws Error if the text is not the state of a run, in a few words that an error message can contain */
export function parseState(text: string): RunState {
  const state = parseExact(text);
  if (!isState(state)) throw new Error("its state is incomplete");
  return state;
}

function isState(value: unknown): value is RunState {
  if (!isRecord(value)) return false;
  const { position, lossSum, seconds, history, stopping } = value;
  return (
    isPosition(position) &&
    typeof lossSum === "number" &&
    typeof seconds === "number" &&
    Array.isArray(history) &&
    history.every(isEpoch) &&
    (stopping === undefined || isNumbers(stopping))
  );
}

function isPosition(value: unknown): value is Position {
  if (!isRecord(value)) return false;
  const { steps, random, counters } = value;
  const words = Array.isArray(random) && random.length === 4 && random.every((word) => Number.isInteger(word));
  return Number.isSafeInteger(steps) && Number(steps) >= 0 && words && isNumbers(counters);
}

function isEpoch(value: unknown): value is Epoch {
  if (!isRecord(value)) return false;
  const { epoch, trainLoss, validation, test, seconds } = value;
  const numbers = [epoch, trainLoss, seconds].every((one) => typeof one === "number");
  return numbers && [validation, test].every((figures) => figures === undefined || isNumbers(figures));
}

function isNumbers(value: unknown): value is Readonly<Record<string, number>> {
  return isRecord(value) && Object.values(value).every((one) => typeof one === "number");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
