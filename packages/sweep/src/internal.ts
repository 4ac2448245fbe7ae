/** @polygrad/sweep/internal: what the examples of Polygrad need in addition. It may change in any version. */

export { fingerprint } from "./fingerprint.ts";
export { isRunning, Lock } from "./lock.ts";
