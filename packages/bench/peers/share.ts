/** Writes the files that all contenders read: images, initial parameters and the order of the samples. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataLoader, Random } from "polygrad";
import { mnist } from "polygrad/node";
import type { Files } from "./protocol.ts";
import { model } from "./recipe.ts";

/** The files for each model. */
export type Shared = Readonly<Record<"poly" | "linear", Files>>;

export async function share(directory: string, seed: number, epochs: number): Promise<Shared> {
  await mkdir(directory, { recursive: true });
  const path = (name: string) => join(directory, name);
  const { train } = await mnist();
  const data = path("mnist-train.u8");
  await writeFile(data, [train.pixels.bytes, Uint8Array.from(train.labels)]);
  const loader = new DataLoader(train, { batchSize: 1, shuffle: true, seed });
  const orders = path("orders.i32");
  await writeFile(
    orders,
    Array.from({ length: epochs }, (_, epoch) => bytesOf(loader.order(epoch))),
  );
  const initial = async (name: "poly" | "linear"): Promise<Files> => {
    const parameters = path(`${name}.f32`);
    const values = model({ model: name, learningRate: 0 }, new Random(seed)).parameters();
    await writeFile(
      parameters,
      values.map(({ value }) => bytesOf(Float32Array.from(value.clone().data))),
    );
    return { data, orders, parameters };
  };
  return { poly: await initial("poly"), linear: await initial("linear") };
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
