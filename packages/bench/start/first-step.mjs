// Trains on MNIST with the given number of threads, says when they have finished the first step, and stops.
import { DataParallel } from "@polygrad/parallel";

const workers = Number(process.argv[2]);
const recipe = new URL("./recipe.mjs", import.meta.url);
const training = await DataParallel.start(recipe, { options: {}, epochs: 1, batchSize: 2048, workers });
const epochs = training[Symbol.asyncIterator]();
epochs.next().catch(() => undefined);
while (training.progress.steps === 0) await new Promise((resolve) => setTimeout(resolve, 1));
console.log("first step");
process.exit();
