/** The engine for many machines: jobs wait in a queue of BullMQ, on a Redis server, for workers anywhere. */
import { type Checks, checkOptions, integerFrom } from "@polygrad/tensor/internal";
import type { Engine, Session, Study } from "../engine.ts";
import { type Address, addressOf } from "./address.ts";
import { forgetOldCodes, noteCode } from "./codes.ts";
import { connect } from "./connection.ts";
import { loadLibraries } from "./libraries.ts";
import { type Payload, PREFIX, type Returned } from "./payload.ts";
import { checkQueue, DEFAULT_QUEUE, queueOfCode } from "./queue-name.ts";
import { BullmqSession } from "./session.ts";

/** The options of `bullmq`. */
export interface BullmqOptions {
  /** The Redis server: "redis://user:password@host:port/db", or "rediss://..." for TLS. No message shows the password. */
  readonly connection: string;
  /** The name of the queue, which the workers must have too. Defaults to "sweep". */
  readonly queue?: string;
  /**
   * How many times a run is repeated that failed for a reason which may pass, such as a full disk, after 1 s, 2 s, 4 s,
   * ... Defaults to 2. An error that the recipe throws is not retried: the same configuration would throw it again.
   */
  readonly retries?: number;
  /**
   * How many jobs wait in the queue or are being done at a time, at least. If the workers have more processes than half
   * of it, twice their number are. At most 100,000. Defaults to 64.
   */
  readonly ahead?: number;
}

const known: Checks<BullmqOptions> = {
  connection: (operation, _, value) => addressOf(operation, value),
  queue: checkQueue,
  retries: integerFrom(0),
  ahead: integerFrom(1, 100_000),
};

/**
 * An engine on as many machines as have workers: each a process that calls `work` with the same recipe. It needs the
 * packages bullmq and ioredis, and a Redis server of version 6.2 or later that evicts nothing.
 *
 * @throws ArgumentError or ValueError if an option is unknown or not of its kind. `open` throws Error if the packages are
 * not installed or the server refuses the connection; while the server is away, it waits
 */
export function bullmq(options: BullmqOptions): Engine {
  checkOptions("bullmq", options, known);
  const address = addressOf("bullmq", options?.connection);
  const { queue = DEFAULT_QUEUE, retries = 2, ahead = 64 } = options;
  return {
    name: `bullmq, queue "${queue}" at ${address.shown}`,
    open: (study) => open(study, address, { queue, retries, ahead }),
  };
}

async function open(
  study: Study,
  address: Address,
  { queue: shared, retries, ahead }: { queue: string; retries: number; ahead: number },
): Promise<Session> {
  const libraries = await loadLibraries("bullmq");
  const redis = await connect("bullmq", libraries, address, study);
  const { Queue, QueueEvents } = libraries.bullmq;
  await noteCode(redis, shared, study.code);
  forgetOldCodes(libraries, redis, shared).catch(() => undefined); // the next sweep tries again
  const name = queueOfCode(shared, study.code);
  const queue = new Queue<Payload, Returned>(name, { connection: redis, prefix: PREFIX });
  // Only what is told from now on concerns this sweep. An older event could be of a failure that it is to try again.
  const [[lastEventId] = ["0-0"]] = await redis.xrevrange(queue.toKey("events"), "+", "-", "COUNT", 1);
  const failed = new Set(await redis.zrange(queue.toKey("failed"), "0", "-1"));
  const events = new QueueEvents<Returned>(name, { connection: redis, prefix: PREFIX, lastEventId });
  // The connection tells when the server is away; a client's own errors carry the command that failed.
  queue.on("error", () => undefined);
  events.on("error", () => undefined);
  return new BullmqSession(study, { shared, redis, queue, events, failed, retries, ahead });
}
