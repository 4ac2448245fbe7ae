/** The list of workers that a queue has now, kept in Redis: each worker writes its line every few seconds. */
import type { Redis } from "ioredis";
import { PREFIX } from "./payload.ts";

/** What a worker says of itself. */
export interface WorkerLine {
  /** The fingerprint of its code. */
  readonly code: string;
  /** How many runs it does at a time. */
  readonly processes: number;
}

/** How often a worker writes its line, in milliseconds. */
export const HEARTBEAT = 2000;
/** How old a line may be before the worker counts as gone, in milliseconds by the clock of Redis. */
export const SILENCE: number = 15 * HEARTBEAT;

const keyOf = (queue: string): string => `${PREFIX}-workers:${queue}`;

/** Writes the line of a worker. */
export async function announce(redis: Redis, queue: string, name: string, line: WorkerLine): Promise<void> {
  await redis.hset(keyOf(queue), name, JSON.stringify({ ...line, seen: await now(redis) }));
}

/** Removes the line of a worker. */
export async function withdraw(redis: Redis, queue: string, name: string): Promise<void> {
  await redis.hdel(keyOf(queue), name);
}

/** The workers that a queue has now, by name. */
export async function workersOf(redis: Redis, queue: string): Promise<ReadonlyMap<string, WorkerLine>> {
  const [lines, time] = await Promise.all([redis.hgetall(keyOf(queue)), now(redis)]);
  const workers = new Map<string, WorkerLine>();
  for (const [name, line] of Object.entries(lines)) {
    const { code, processes, seen } = JSON.parse(line);
    if (seen + SILENCE > time) workers.set(name, { code, processes });
    else await redis.hdel(keyOf(queue), name);
  }
  return workers;
}

/** The time by the clock of Redis, in milliseconds since 1970: clocks of machines differ. */
export async function now(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}
