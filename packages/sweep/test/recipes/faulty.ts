/** A recipe whose options say what goes wrong, and where it leaves word that it has. */
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import type { Recipe } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import points, { type Options as Points } from "./points.ts";

export interface Options extends Points {
  readonly fault:
    | "none"
    | "throws in data"
    | "throws in model"
    | "exits"
    | "is killed once"
    | "runs out of memory"
    | "is slow";
  /** A file: where a run leaves word. */
  readonly word: string;
}

export default {
  ...points,
  data: async ({ fault, word }) => {
    if (fault === "throws in data") throw new RangeError("no such data");
    if (fault === "is slow") {
      appendFileSync(word, `${process.pid}\n`);
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
    return points.data();
  },
  model: (options, random) => {
    const { fault, word } = options;
    if (fault === "throws in model") throw new RangeError("no such model");
    if (fault === "exits") {
      console.error("I have to go");
      process.exit(3);
    }
    if (fault === "runs out of memory") {
      const kept: number[][] = [];
      for (;;) kept.push(Array.from({ length: 1e6 }, Math.random));
    }
    if (fault === "is killed once" && !existsSync(word)) {
      writeFileSync(word, "");
      process.kill(process.pid, "SIGKILL");
    }
    return points.model(options, random);
  },
} satisfies Recipe<Options, Sequential>;
