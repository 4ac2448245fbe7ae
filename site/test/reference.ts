/** The training of the stage Digits on one thread: it adds up the gradients of the shards one by one. */
import { shardRows } from "@polygrad/parallel";
import { Adam, crossEntropy, DataLoader, ImageDataset, Random, type Sequential, tensor } from "polygrad";
import { part, read } from "../digits.ts";
import { Query } from "../playground/app/query.ts";
import type { LabelledImages } from "../playground/stages/digits/codec.ts";
import { networkOf } from "../playground/stages/digits/network.ts";
import { DIGITS, readDigits } from "../playground/stages/digits/settings.ts";

const SHARDS = 4;

export function datasetOf({ pixels, labels }: LabelledImages): ImageDataset {
  return new ImageDataset(Uint8Array.from(pixels), [28, 28], labels, DIGITS);
}

/** The network that a link of the stage Digits reaches. */
export async function trainedDigits(query: string, steps: number): Promise<Sequential> {
  const settings = readDigits(new Query(query));
  const { seed, batch: batchSize, images, lr } = settings;
  const network = networkOf(settings, new Random(seed));
  const optimiser = new Adam(network.parameters(), { learningRate: lr });
  const train = datasetOf(part(await read("train"), 0, images));
  const loader = new DataLoader(train, { batchSize, shuffle: true, seed });
  for (let step = 0; ; )
    for (const { inputs, labels } of loader) {
      if (step++ === steps) return network;
      optimiser.zeroGrad();
      for (let shard = 0; shard < SHARDS; shard++) {
        const { start, end } = shardRows(labels.length, SHARDS, shard);
        if (start === end) continue;
        const loss = crossEntropy(network.forward(inputs.slice(0, start, end)), labels.subarray(start, end));
        loss.backward(tensor((end - start) / labels.length));
      }
      optimiser.step();
    }
}
