/** A recipe for small networks that fails on a worker, in a way that the options say. */
import type { Recipe } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import small, { type SmallOptions } from "../../../../parallel/test/recipes/small.ts";

export interface FaultyOptions extends SmallOptions {
  /** What happens in the loss of a worker: it throws, it never returns, or it ends its worker after the epoch. */
  readonly fault: "none" | "throw" | "loop" | "end";
  /** The call in which it happens, counted from 1 on each worker. */
  readonly call: number;
}

let [fault, call, calls]: [FaultyOptions["fault"], number, number] = ["none", 0, 0];

export default {
  ...small,
  model(options, random) {
    [fault, call, calls] = [options.fault, options.call, 0];
    return small.model(options, random);
  },
  loss(model, batch) {
    calls++;
    if (calls === call && typeof document === "undefined") {
      if (fault === "throw") throw new RangeError("planted");
      if (fault === "loop") for (;;);
      if (fault === "end") close();
    }
    return small.loss(model, batch);
  },
} satisfies Recipe<FaultyOptions, Sequential>;
