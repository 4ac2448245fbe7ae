/** BullMQ and its client of Redis, which are loaded when they are needed: who sweeps on one machine installs neither. */

/** The two packages. */
export interface Libraries {
  readonly bullmq: typeof import("bullmq");
  readonly Redis: typeof import("ioredis").Redis;
}

/**
 * Loads both packages.
 *
 * @throws Error if one is not installed, with the command that installs them
 */
export async function loadLibraries(operation: string): Promise<Libraries> {
  try {
    const [bullmq, { Redis }] = await Promise.all([import("bullmq"), import("ioredis")]);
    return { bullmq, Redis };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) throw error;
    throw new Error(`${operation}: runs on many machines need two more packages: npm install bullmq ioredis`, {
      cause: error,
    });
  }
}
