/** The codes that the sweeps of a queue have: the jobs of each wait in a queue of BullMQ of their own. */
import type { Redis } from "ioredis";
import type { Libraries } from "./libraries.ts";
import { PREFIX } from "./payload.ts";
import { queueOfCode } from "./queue-name.ts";
import { now, SILENCE, workersOf } from "./workers.ts";

/** How long results and failures are kept for a submitter that does not come for them, in seconds. */
export const KEPT: number = 30 * 24 * 3600;

const keyOf = (queue: string): string => `${PREFIX}-codes:${queue}`;

/** Notes that a sweep with this code is at work. */
export async function noteCode(redis: Redis, queue: string, code: string): Promise<void> {
  await redis.zadd(keyOf(queue), await now(redis), code);
}

/** All codes whose jobs, results and failures are kept. */
export async function codesOf(redis: Redis, queue: string): Promise<readonly string[]> {
  return await redis.zrange(keyOf(queue), "0", "-1");
}

/** The codes besides `known` of sweeps that are at work now, if jobs of theirs wait. */
export async function codesWaiting(
  redis: Redis,
  queue: string,
  known: ReadonlySet<string>,
): Promise<readonly string[]> {
  const atWork = await redis.zrangebyscore(keyOf(queue), (await now(redis)) - SILENCE, "+inf");
  const codes = atWork.filter((code) => !known.has(code));
  const lengths = await Promise.all(codes.map((code) => redis.llen(`${PREFIX}:${queueOfCode(queue, code)}:wait`)));
  return codes.filter((_, k) => lengths[k] > 0);
}

/** Removes what is left of codes that no worker has, and no sweep has had for as long as results are kept. */
export async function forgetOldCodes({ bullmq }: Libraries, redis: Redis, queue: string): Promise<void> {
  const old = await redis.zrangebyscore(keyOf(queue), "-inf", (await now(redis)) - 1000 * KEPT);
  if (old.length === 0) return;
  const used = new Set([...(await workersOf(redis, queue)).values()].map(({ code }) => code));
  for (const code of old) {
    // Another sweep may be about to remove the same.
    if (used.has(code) || (await redis.zrem(keyOf(queue), code)) === 0) continue;
    const left = new bullmq.Queue(queueOfCode(queue, code), {
      connection: redis,
      prefix: PREFIX,
      skipMetasUpdate: true,
    });
    left.on("error", () => undefined); // it is thrown here
    await left.obliterate({ force: true });
    await left.close();
  }
}
