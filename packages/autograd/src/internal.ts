/** @polygrad/autograd/internal: what the other packages of Polygrad need in addition. It may change with any version. */

export { withRecording } from "./recording.ts";
export { walkBack } from "./walk.ts";
export { withWatcher } from "./watcher.ts";
