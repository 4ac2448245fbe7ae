/** @polygrad/sweep/internal: what the examples of Polygrad need in addition. It may change in any version. */
export { isRunning, Lock } from "./lock.ts";
export { fingerprint } from "./fingerprint.ts";
