/**
 * The recipe of points.ts, in processes that may misbehave: environment variables make them wait, have other
 * data, or compute wrongly.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Recipe } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import points, { type Options as PointsOptions } from "./points.ts";

export interface Options extends PointsOptions {
  /** Throws, as a configuration without sense would. */
  readonly broken?: boolean;
}

export default {
  ...points,
  data: async ({ seed }) => {
    // HOLD is a directory: with a file "hold" in it, the run of seed 0 waits, and says which process waits.
    const { HOLD } = process.env;
    if (HOLD !== undefined && seed === 0) {
      writeFileSync(join(HOLD, `held-${process.ppid}`), "");
      while (existsSync(join(HOLD, "hold"))) await delay(20);
    }
    const { train, test } = points.data();
    // SWAPPED has the two the other way round.
    return process.env.SWAPPED === undefined ? { train, test } : { train: test, test: train };
  },
  model: (options, random) => {
    if (options.broken) throw new RangeError("this configuration makes no sense");
    const model = points.model(options, random);
    if (computesWrongly()) flipBit(model);
    return model;
  },
} satisfies Recipe<Options, Sequential>;

/** Whether this is the process that does. FLIP is a path: the first process that creates the file writes its number to it. */
function computesWrongly(): boolean {
  const { FLIP } = process.env;
  if (FLIP === undefined) return false;
  try {
    writeFileSync(FLIP, String(process.pid), { flag: "wx" });
  } catch {
    // another process was first
  }
  return readFileSync(FLIP, "utf8") === String(process.pid);
}

/** Flips the lowest bit of one weight. */
function flipBit(model: Sequential): void {
  const [{ value }] = model.parameters();
  new Int32Array(value.data.buffer, value.data.byteOffset, 1)[0] ^= 1;
}
