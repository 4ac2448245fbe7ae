/** The parts that the JavaScript peers share: reading data, running batches, answering requests, the race. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

export const job = JSON.parse(process.argv[2]);
const IMAGES = 60_000;

/** Sends the ready message, then answers each request with one line; ends when the harness does. */
export async function serve(ready, answer) {
  say({ ready });
  for await (const line of createInterface({ input: process.stdin })) say(await answer(JSON.parse(line)));
}

/** Sends the ready message, trains until the target is reached, reports, and ends the process. */
export async function race(ready, { train, classify }) {
  say({ ready });
  const test = readImages(job.test);
  const [losses, accuracies] = [[], []];
  do {
    losses.push((await train({ batches: Math.ceil(IMAGES / job.batchSize) })).loss);
    const answers = [];
    for (let row = 0; row < test.labels.length; row += 1000)
      answers.push(...(await classify(test.pixels.slice(784 * row, 784 * (row + 1000)), 1000)));
    accuracies.push(answers.filter((answer, i) => answer === test.labels[i]).length / answers.length);
  } while (accuracies.at(-1) < job.target && accuracies.length < job.epochs);
  process.stdout.write(`${JSON.stringify({ losses, accuracies, ...peak() })}\n`, () => process.exit());
}

function say(message) {
  console.log(JSON.stringify(message));
}

/** All pixels as float32 in [0, 1], and the labels. */
export function readImages(file) {
  const bytes = readFileSync(file);
  const pixels = new Float32Array((bytes.length / 785) * 784);
  // `Float32Array.from` makes a list of all pixels first, which takes seconds and a gigabyte.
  for (let at = 0; at < pixels.length; at++) pixels[at] = bytes[at] / 255;
  return { pixels, labels: Uint8Array.from(bytes.subarray(pixels.length)) };
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
 * `read(losses)` converts the losses to numbers. Each request continues where the last one stopped.
 */
export function trainer(step, read) {
  const orders = new Int32Array(new Uint8Array(readFileSync(job.orders)).buffer);
  const perEpoch = Math.ceil(IMAGES / job.batchSize);
  let at = 0;
  return async ({ batches }) => {
    const steps = Array.from({ length: batches }, () => {
      const [start, within] = [Math.floor(at / perEpoch) * IMAGES, (at++ % perEpoch) * job.batchSize];
      return orders.slice(start + within, start + Math.min(within + job.batchSize, IMAGES));
    });
    const start = performance.now();
    const handles = [];
    for (const indices of steps) handles.push(await step(indices));
    const losses = await read(handles);
    const seconds = (performance.now() - start) / 1000;
    const samples = steps.reduce((sum, { length }) => sum + length, 0);
    // The mean over samples, not over batches: the last batch of an epoch is smaller.
    const loss = losses.reduce((sum, loss, batch) => sum + loss * steps[batch].length, 0) / samples;
    return { seconds, samples, loss, ...peak() };
  };
}

/** The index of the largest of each row's ten logits. */
export function largest(logits) {
  return Array.from({ length: logits.length / 10 }, (_, row) => {
    const values = logits.subarray(10 * row, 10 * row + 10);
    return values.indexOf(Math.max(...values));
  });
}

/** Linux counts it for this program; `resourceUsage().maxRSS` can be that of the process that started it. */
function peak() {
  if (process.platform !== "linux") return {};
  return { peakBytes: 1024 * Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))[1]) };
}

/** Seconds of one product: calls `multiply` for a tenth of a second and takes the median. */
export async function timeProduct(multiply) {
  const times = [];
  const end = performance.now() + 100;
  while (times.length < 5 || performance.now() < end) {
    const start = performance.now();
    await multiply();
    times.push((performance.now() - start) / 1000);
  }
  return { seconds: times.sort((a, b) => a - b)[Math.floor(times.length / 2)] };
}

/** Uniform random numbers in [-0.5, 0.5). */
export const noise = (length) => Float32Array.from({ length }, () => Math.random() - 0.5);
