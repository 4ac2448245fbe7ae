/**
 * The program that all engines run: it reads MNIST from an address, trains, and prints the results as a line of JSON.
 *
 * The address is that of the page or, in Node, the first argument: `http://HOST/?epochs=3&images=60000&shards=4`.
 */
import { IMAGE_FILES, imageDataset, kernels, pinned } from "polygrad";
import { type Reached, train } from "./training.ts";

/** What the program prints. */
export interface Report extends Reached {
  /** The name and version that the engine gives for itself. */
  readonly engine: string;
  readonly kernels: string;
  /** The type of the memory of pinned tensors: ArrayBuffer or SharedArrayBuffer. */
  readonly memory: string;
  /** The time of training and evaluation. */
  readonly seconds: number;
}

const inPage = typeof location !== "undefined";
const address = new URL(inPage ? location.href : process.argv[2]);

async function read(file: string): Promise<Uint8Array> {
  const response = await fetch(new URL(`/data/${file}`, address));
  return new Uint8Array(await response.arrayBuffer());
}

function option(name: string): number {
  return Number(address.searchParams.get(name));
}

const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(IMAGE_FILES.map(read));
const data = { train: imageDataset(trainImages, trainLabels), test: imageDataset(testImages, testLabels) };
const start = performance.now();
const reached = await train(data, { epochs: option("epochs"), images: option("images"), shards: option("shards") });
const report: Report = {
  ...reached,
  engine: inPage ? navigator.userAgent : `Node ${process.version}, V8 ${process.versions.v8}`,
  kernels: kernels(),
  memory: pinned([1]).data.buffer[Symbol.toStringTag],
  seconds: (performance.now() - start) / 1000,
};
console.log(JSON.stringify(report));
