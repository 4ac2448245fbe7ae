/** The worker: trains when it is asked to, and only then. Read messages.ts and trainer.ts first. */
import { weightsSha256 } from "@polygrad/formats";
import type { StageName } from "../app/address.ts";
import { Query } from "../app/query.ts";
import { exported } from "./export.ts";
import type { Numbered, Reply, Request } from "./messages.ts";
import type { Start, Trainer } from "./trainer.ts";

/** The stages' trainings, each of which is loaded when it is first needed. */
const starts: Readonly<Record<StageName, () => Promise<Start<unknown>>>> = {
  curves: async () => (await import("../stages/curves/trainer.ts")).start,
  planes: async () => (await import("../stages/planes/trainer.ts")).start,
};

let trainer: Trainer<unknown> | undefined;
let step = 0;

function current(): Trainer<unknown> {
  if (trainer === undefined) throw new Error("no training has begun");
  return trainer;
}

function snapshot(): Reply<unknown, unknown> {
  return { kind: "snapshot", step, snapshot: current().snapshot() };
}

async function replyTo(request: Request): Promise<Reply<unknown, unknown>> {
  switch (request.kind) {
    case "start": {
      const start = await starts[request.stage]();
      trainer = await start(new Query(request.query));
      step = 0;
      return snapshot();
    }
    case "run": {
      const own = current();
      const end = performance.now() + request.milliseconds;
      for (; step < request.until && performance.now() < end; step++) own.step();
      return snapshot();
    }
    case "hash":
      return { kind: "hash", step, hash: await weightsSha256(current().networks) };
    case "export":
      return { kind: "file", file: exported(current().networks, request.network, request.format) };
    case "ask":
      return { kind: "answer", answer: await current().answer?.(request.question) };
  }
}

/** Requests are answered one after the other, in the order of their arrival. */
let before: Promise<unknown> = Promise.resolve();

addEventListener("message", ({ data }: MessageEvent<Numbered<Request>>) => {
  before = before.then(async () => {
    const reply = await replyTo(data).catch((error: unknown): Reply<unknown, unknown> => {
      return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
    });
    postMessage({ ...reply, id: data.id });
  });
});
