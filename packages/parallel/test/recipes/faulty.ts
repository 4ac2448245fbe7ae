/** The recipe for small networks, with a fault at a chosen place: the ways in which a thread can end a run. */
import { BroadcastChannel, threadId } from "node:worker_threads";
import type { Recipe } from "@polygrad/parallel";
import { type Batch, Linear, type Optimiser, Random, Sequential, SGD, type Variable } from "polygrad";
import small, { type SmallOptions } from "./small.ts";

export interface Fault {
  readonly at: "data" | "model" | "optimiser" | "loss" | "update" | "evaluate";
  readonly how: "throw" | "exit" | "loop" | "sleep" | "forever" | "nan" | "other model" | "throw later";
  /** The call of the function that fails, counted from 1 over all threads except the calling thread; 0 for none. */
  readonly call: number;
}

export interface FaultyOptions extends SmallOptions {
  readonly fault: Fault;
  /** One Int32 in which all threads count calls. */
  readonly calls: Int32Array;
  /** The channel on which a thread posts its id and the time when it reaches the fault. */
  readonly channel: string;
  /** The thread that starts the run. */
  readonly caller: number;
}

/** The message on the channel. */
export interface Reached {
  readonly thread: number;
  /** In milliseconds, as returned by `Date.now()`. */
  readonly time: number;
}

/** Options for a fault, with the memory that the threads share. */
export function withFault(fault: Fault, options: SmallOptions): FaultyOptions {
  const calls = new Int32Array(new SharedArrayBuffer(4));
  return { ...options, fault, calls, channel: `fault ${Math.floor(performance.now() * 1000)}`, caller: threadId };
}

function say(name: string): void {
  const channel = new BroadcastChannel(name);
  const reached: Reached = { thread: threadId, time: Date.now() };
  channel.postMessage(reached);
  channel.close();
}

/** Whether this call is the one that fails. If so, it throws, exits, loops or sleeps here, if the fault says so. */
function strikes(place: Fault["at"], { fault, calls, channel, caller }: FaultyOptions): boolean {
  const { at, how, call } = fault;
  if (at !== place || (threadId === caller && place !== "data") || Atomics.add(calls, 0, 1) + 1 !== call) return false;
  say(channel);
  if (how === "throw") throw new RangeError("boom");
  if (how === "exit") process.exit(7);
  if (how === "loop") for (;;);
  if (how === "sleep") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  if (how === "throw later")
    setImmediate(() => {
      throw new RangeError("boom, later");
    });
  return true;
}

/** The options, for those functions that do not receive them as an argument. */
let known: FaultyOptions | undefined;

function struck(place: Fault["at"]): boolean {
  return known !== undefined && strikes(place, known);
}

/** An optimiser that fails after it has updated its parameters. */
class Stumbling extends SGD {
  override step(): void {
    super.step();
    struck("update");
  }
}

export default {
  data(options) {
    return strikes("data", options) ? new Promise(() => {}) : small.data(options);
  },
  model(options, random) {
    known = options;
    if (strikes("model", options)) return new Sequential(new Linear(2, 2, { random: new Random(1) }));
    return small.model(options, random);
  },
  loss(model: Sequential, batch: Batch): Variable {
    const loss = small.loss(model, batch);
    return struck("loss") && known?.fault.how === "nan" ? loss.mul(Number.NaN) : loss;
  },
  optimiser(parameters, options): Optimiser {
    strikes("optimiser", options);
    return new Stumbling(parameters, { learningRate: 0.1, momentum: 0.9 });
  },
  evaluate(model, batch) {
    struck("evaluate");
    return small.evaluate(model, batch);
  },
} satisfies Recipe<FaultyOptions, Sequential>;
