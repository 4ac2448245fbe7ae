// A user's page: it trains on Web Workers, with as many as its address says, and reports the hash of the weights.
import { DataParallel } from "@polygrad/parallel";
import recipe from "./recipe.js";

async function train(workers) {
  const training = await DataParallel.start(recipe, {
    worker: () => new Worker(new URL("./recipe.worker.js", import.meta.url), { type: "module" }),
    ...{ options: { images: 10_001 }, epochs: 1, batchSize: 2048, workers },
  });
  let accuracy;
  for await (const { test } of training) ({ accuracy } = test);
  const weights = Float32Array.from(training.model.parameters().flatMap(({ value }) => [...value.clone().data]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", weights));
  const weightsSha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { workers: training.workers, shared: training.shared, accuracy, weightsSha256 };
}

// If the host does not isolate the page, isolation.js does, and reloads it.
if (crossOriginIsolated) {
  const workers = new URLSearchParams(location.search).get("workers").split(",");
  const runs = [];
  for (const number of workers) runs.push(await train(Number(number)));
  await fetch("/report", { method: "POST", body: JSON.stringify(runs) });
}
