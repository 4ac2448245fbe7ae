/** A worker thread that receives handles of another thread's datasets, and posts batches of them. */
import { parentPort, workerData } from "node:worker_threads";
import { Tensor } from "@polygrad/tensor";
import { useLentMemory } from "@polygrad/tensor/internal";
import { DataLoader } from "../src/index.ts";
import { BatchMemory, type DatasetHandle, datasetAt } from "../src/internal.ts";

useLentMemory(workerData.lent);
const answers = workerData.handles.map((handle: DatasetHandle) => {
  const dataset = datasetAt(handle);
  const { inputs, targets } = new BatchMemory().gather(
    dataset,
    Int32Array.from({ length: dataset.length }, (_, index) => index),
  );
  const all = { inputs: inputs.toArray(), targets: targets instanceof Tensor ? targets.toArray() : targets };
  const loader = new DataLoader(dataset, { batchSize: 2, shuffle: true, seed: 3 });
  return { ...all, classes: dataset.classes, batches: Array.from(loader, (batch) => batch.inputs.toArray()) };
});
parentPort?.postMessage(answers);
