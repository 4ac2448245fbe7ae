/**
 * The program that all engines run: it reads MNIST from an address, trains, and reports the results as a line of JSON.
 *
 * In a page, the address is the page's, and the report is posted. Elsewhere, the address is the first argument,
 * `http://HOST/?epochs=3&images=60000&shards=4`, and the report is printed.
 */
import { IMAGE_FILES, imageDataset, kernels, pinned } from "polygrad";
import { type Reached, train } from "./training.ts";

/** What the program reports. */
export interface Report extends Reached {
  /** The name and version that the engine gives for itself; outside pages also the processor, as in "Bun 1.4.5, x64". */
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

/** Bun and Deno also give the version of the Node whose interfaces they have. */
function nameOfProcess(): string {
  const { bun, deno, node } = process.versions;
  const name = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`;
  return `${name}, ${process.arch}`;
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
  engine: inPage ? navigator.userAgent : nameOfProcess(),
  kernels: kernels(),
  memory: pinned([1]).data.buffer[Symbol.toStringTag],
  seconds: (performance.now() - start) / 1000,
};
const line = JSON.stringify(report);
if (inPage) await fetch("/report", { method: "POST", body: line });
else console.log(line);
