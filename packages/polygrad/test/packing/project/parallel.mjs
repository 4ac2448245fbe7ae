// Trains the recipe with the given number of threads, and then lets it fail.
import { DataParallel } from "@polygrad/parallel";

const workers = Number(process.argv[2]);
const recipe = new URL("./recipe.mjs", import.meta.url);
const train = (fails) => DataParallel.start(recipe, { options: { fails }, epochs: 3, batchSize: 5, workers, seed: 1 });

const training = await train(false);
for await (const { epoch, trainLoss } of training)
  if (epoch === 3) console.log(`epoch 3: loss ${trainLoss.toPrecision(3)}`);
console.log(JSON.stringify(training.model.weight.value.toArray()));
try {
  for await (const _ of await train(true));
} catch (error) {
  console.log(String(error));
}
