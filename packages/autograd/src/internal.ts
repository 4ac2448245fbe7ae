/** @polygrad/autograd/internal: what the other packages of Polygrad need in addition. It may change with any version. */

export { withRecording, withWatcher } from "./recording.ts";
export type { Node } from "./variable.ts";
export { walkBack } from "./walk.ts";
