/** Polygrad as a contender: the recipe of `recipe.ts` through the public API, an epoch for each request. */
import { createInterface } from "node:readline";
import { DataLoader, lossValue, matmul, normal, pin, Random, type Tensor } from "polygrad";
import { time } from "../measure.ts";
import type { Shape } from "./cases.ts";
import { type Job, parseJob, parseRequest, type Reply, type TrainingJob } from "./protocol.ts";
import { data, loss, model, optimiser } from "./recipe.ts";

/** Trains an epoch whenever the next value is asked for, and rests in between. */
async function* training(job: TrainingJob): AsyncGenerator<Reply> {
  if (job.threads !== 1) throw new Error(`this version trains with 1 thread, not with ${job.threads}`);
  const { train } = await data();
  const network = model(job, new Random(job.seed));
  const adam = optimiser(network.parameters(), job);
  const loader = new DataLoader(train, { batchSize: job.batchSize, shuffle: true, seed: job.seed });
  for (;;) {
    const start = performance.now();
    let [sum, samples, headLoss] = [0, 0, Number.NaN];
    for (const batch of loader) {
      adam.zeroGrad();
      const error = loss(network, batch);
      error.backward();
      adam.step();
      sum += lossValue(error, adam.steps) * batch.labels.length;
      samples += batch.labels.length;
      if (samples === job.head * job.batchSize) headLoss = sum / samples;
    }
    yield { seconds: (performance.now() - start) / 1000, loss: sum / samples, headLoss };
  }
}

/** Median seconds of a product of pinned operands. */
function products(): (shape: Shape) => Reply {
  const random = new Random(0);
  const operands = new Map<string, readonly [Tensor, Tensor]>();
  return ([m, k, n]) => {
    const name = `${m} ${k} ${n}`;
    const [a, b] = operands.get(name) ?? [pin(normal([m, k], random)), pin(normal([k, n], random))];
    operands.set(name, [a, b]);
    return { seconds: time(() => void matmul(a, b), { seconds: 0.2, least: 5 }).median };
  };
}

async function serve(job: Job): Promise<void> {
  const epochs = job.task === "train" ? training(job) : undefined;
  const product = products();
  if (job.task === "train" && job.threads !== 1) await epochs?.next(); // says why it cannot
  console.log(JSON.stringify({ ready: { threads: job.threads } }));
  for await (const line of createInterface({ input: process.stdin })) {
    const request = parseRequest(line);
    const reply = "shape" in request ? product(request.shape) : (await epochs?.next())?.value;
    console.log(JSON.stringify(reply));
  }
}

await serve(parseJob(process.argv[2]));
