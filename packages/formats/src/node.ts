/** The exports of `@polygrad/formats/node`: what needs a file system. */
export { FileError } from "@polygrad/data";
export { writeAtomically } from "@polygrad/data/node";
export { readSafetensors, writeSafetensors } from "./node/files.ts";
export { readNpy, readNpz, writeNpy, writeNpz } from "./node/numpy.ts";
export { restoreState, saveState } from "./node/state.ts";
export { type TensorBoard, type TensorBoardOptions, tensorBoard } from "./node/tensorboard.ts";
