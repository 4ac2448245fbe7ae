/** The parts that the JavaScript peers share: reading data, running epochs batch by batch, answering requests. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

export const job = JSON.parse(process.argv[2]);
const IMAGES = 60_000;

/** Sends the ready message, then answers each request with one line; ends when the harness does. */
export async function serve(ready, answer) {
  console.log(JSON.stringify({ ready }));
  for await (const line of createInterface({ input: process.stdin }))
    console.log(JSON.stringify(await answer(JSON.parse(line))));
}

/** All pixels as float32 in [0, 1], and the labels. */
export function readImages() {
  const bytes = readFileSync(job.data);
  return {
    pixels: Float32Array.from(bytes.subarray(0, IMAGES * 784), (byte) => byte / 255),
    labels: bytes.subarray(IMAGES * 784),
  };
}

/** A batch: pixels [rows, 784], and one-hot labels [rows, 10]. */
export function gather({ pixels, labels }, indices) {
  const x = new Float32Array(indices.length * 784);
  const target = new Float32Array(indices.length * 10);
  indices.forEach((image, row) => {
    x.set(pixels.subarray(784 * image, 784 * (image + 1)), 784 * row);
    target[10 * row + labels[image]] = 1;
  });
  return { x, target };
}

/** The initial parameters, split into arrays of these sizes. */
export function readParameters(...sizes) {
  const all = new Float32Array(new Uint8Array(readFileSync(job.parameters)).buffer);
  let at = 0;
  return sizes.map((size) => {
    at += size;
    return all.slice(at - size, at);
  });
}

/** [outputs, inputs, 4] to [4 inputs, outputs]: all constant terms, then all linear terms, and so on. */
export function termsFirst(weight, outputs, inputs) {
  const result = new Float32Array(weight.length);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let d = 0; d < 4; d++) result[(d * inputs + i) * outputs + o] = weight[(o * inputs + i) * 4 + d];
  return result;
}

/** [rows, columns] to [columns, rows]. */
export function transposed(matrix, rows, columns) {
  return Float32Array.from({ length: matrix.length }, (_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)]);
}

/**
 * Returns a function that trains: `step(indices)` takes one step on a batch and returns its loss; after all steps,
 * `read(losses)` converts the losses to numbers. A job with fewer batches than an epoch continues where it stopped.
 */
export function trainer(step, read) {
  const orders = new Int32Array(new Uint8Array(readFileSync(job.orders)).buffer);
  const batches = Math.ceil(IMAGES / job.batchSize);
  let at = 0;
  return async ({ epoch }) => {
    const whole = job.batches >= batches;
    if (whole) at = epoch * batches;
    const steps = Array.from({ length: Math.min(job.batches, batches) }, () => {
      const [start, within] = [Math.floor(at / batches) * IMAGES, (at++ % batches) * job.batchSize];
      return orders.slice(start + within, start + Math.min(within + job.batchSize, IMAGES));
    });
    const start = performance.now();
    const handles = [];
    for (const indices of steps) handles.push(await step(indices));
    const losses = await read(handles);
    const seconds = (performance.now() - start) / 1000;
    return { seconds, loss: mean(losses, steps), headLoss: mean(losses.slice(0, job.head), steps.slice(0, job.head)) };
  };
}

/** The mean over samples, not over batches: the last batch of an epoch is smaller. */
function mean(losses, steps) {
  const samples = steps.reduce((sum, { length }) => sum + length, 0);
  return losses.reduce((sum, loss, batch) => sum + loss * steps[batch].length, 0) / samples;
}

/** Seconds of one product: calls `multiply` for a fifth of a second and takes the median. */
export async function timeProduct(multiply) {
  const times = [];
  const end = performance.now() + 200;
  while (times.length < 5 || performance.now() < end) {
    const start = performance.now();
    await multiply();
    times.push((performance.now() - start) / 1000);
  }
  return { seconds: times.sort((a, b) => a - b)[Math.floor(times.length / 2)] };
}

/** Uniform random numbers in [-0.5, 0.5). */
export const noise = (length) => Float32Array.from({ length }, () => Math.random() - 0.5);
