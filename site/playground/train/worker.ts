/** The worker: trains when it is asked to, and only then. Read messages.ts and trainer.ts first. */
import { weightsSha256 } from "@polygrad/formats";
import { serve } from "@polygrad/parallel";
import type { StageName } from "../app/address.ts";
import { Query } from "../app/query.ts";
import { start as curves } from "../stages/curves/trainer.ts";
import recipe from "../stages/digits/recipe.ts";
import { start as digits } from "../stages/digits/trainer.ts";
import { start as planes } from "../stages/planes/trainer.ts";
import type { Numbered, Reply, Request } from "./messages.ts";
import type { AnyTrainer, Start } from "./trainer.ts";

/** The name of a worker that is a thread of DataParallel. It runs this file too, so that a page loads the library once. */
const THREAD = "thread";

/** The stages' trainings. They share so much that in files of their own they would be larger. */
const starts: Readonly<Record<StageName, Start>> = { digits, curves, planes };

let trainer: AnyTrainer | undefined;
let step = 0;
/** The number of the newest request to start. Older ones that have waited are not begun: settings change in quick succession. */
let newest = -1;

function current(): AnyTrainer {
  if (trainer === undefined) throw new Error("no training has begun");
  return trainer;
}

function snapshot(): Reply<unknown, unknown> {
  return { kind: "snapshot", step, snapshot: current().snapshot() };
}

async function replyTo(request: Numbered<Request>): Promise<Reply<unknown, unknown>> {
  switch (request.kind) {
    case "start": {
      if (request.id !== newest) throw new Error("another training has begun");
      if (trainer && "close" in trainer) await trainer.close();
      trainer = undefined;
      trainer = await starts[request.stage](new Query(request.query));
      step = 0;
      return snapshot();
    }
    case "run": {
      const own = current();
      if ("run" in own) {
        step = await own.run(request.until, request.milliseconds);
        return snapshot();
      }
      const end = performance.now() + request.milliseconds;
      for (; step < request.until && performance.now() < end; step++) own.step();
      return snapshot();
    }
    case "hash":
      return { kind: "hash", step, hash: await weightsSha256(current().networks) };
    case "export": {
      const { exported } = await import("./export.ts");
      return { kind: "file", file: exported(current().networks, request.network, request.format) };
    }
    case "ask":
      return { kind: "answer", answer: await current().answer?.(request.question) };
  }
}

/** Requests are answered one after the other, in the order of their arrival. */
let before: Promise<unknown> = Promise.resolve();

function answer({ data }: MessageEvent<Numbered<Request>>): void {
  if (data.kind === "start") newest = data.id;
  before = before.then(async () => {
    const reply = await replyTo(data).catch((error: unknown): Reply<unknown, unknown> => {
      return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
    });
    postMessage({ ...reply, id: data.id });
  });
}

if (self.name === THREAD) serve(recipe);
else addEventListener("message", answer);
