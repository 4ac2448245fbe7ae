/** A program whose training run fails; it prints how the run ended, and must then end by itself. */
import { BroadcastChannel } from "node:worker_threads";
import { DataParallel } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import { type FaultyOptions, withFault } from "../recipes/faulty.ts";
import { small } from "../recipes/small.ts";

const [name] = process.argv.slice(2);
const controller = new AbortController();
const at = name === "is killed" ? "update" : "loss";
const how = name === "throws" ? "throw" : name === "exits" ? "exit" : name === "is killed" ? "sleep" : "loop";
const call = name === "is never begun" ? 0 : 6;
const options = withFault({ at, how, call }, small);
const recipe = new URL("../recipes/faulty.ts", import.meta.url);
const { signal } = controller;
const settings = { options, epochs: 2, batchSize: 8, workers: 2, capture: false, signal };
const training = await DataParallel.start<FaultyOptions, Sequential>(recipe, settings);
const channel = new BroadcastChannel(options.channel);
channel.onmessage = (event) => {
  channel.close();
  const thread: unknown = Reflect.get(Object(Reflect.get(Object(event), "data")), "thread");
  if (name === "is killed") training.threads.find(({ threadId }) => threadId === thread)?.terminate();
  if (name === "is aborted") controller.abort(new Error("enough"));
};
if (name === "is never begun") channel.close();
else
  try {
    for await (const { epoch } of training) console.log(`epoch ${epoch}`);
  } catch (error) {
    console.log(String(error));
  }
console.log("the program has ended");
