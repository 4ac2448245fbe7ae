/** The norm of all gradients, and clipping by it, on any number of workers. */
import { DataParallel, type DataParallelOptions } from "@polygrad/parallel";
import fc from "fast-check";
import { normal, pinned, Random, type Sequential } from "polygrad";
import { describe, expect, test } from "vitest";
import { NormClipping } from "../src/norm.ts";
import { workerSlice } from "../src/shards.ts";
import { type LongOptions, long } from "./recipes/long.ts";
import { weightsOf } from "./reference.ts";

const size = fc.integer({ min: 1, max: 300 });

/** The factor that `workers` workers find for gradients of these sizes. */
function factorOf(gradients: readonly Float32Array[], workers: number, maximum: number): number {
  const sizes = gradients.map(({ length }) => length);
  const buffer = NormClipping.buffer(sizes);
  const all = Array.from({ length: workers }, () => new NormClipping(maximum, sizes, buffer));
  for (const [worker, clipping] of all.entries())
    for (const [group, gradient] of gradients.entries()) {
      const { start, end } = workerSlice(gradient.length, workers, worker);
      const place = pinned([gradient.length]);
      place.data.set(gradient, place.offset);
      clipping.measure(group, place.slice(0, start, end), start);
    }
  const factors = all.map((clipping) => clipping.factor());
  expect(new Set(factors).size).toBe(1);
  return factors[0];
}

test("the factor has the same bits for any number of workers, and is that of the norm in double precision", () => {
  const property = fc.property(fc.array(size, { minLength: 1, maxLength: 3 }), fc.nat(), (sizes, seed) => {
    const gradients = sizes.map((length, k) => Float32Array.from(normal([length], new Random(seed + k)).data));
    const norm = Math.hypot(...gradients.flatMap((gradient) => [...gradient]));
    const one = factorOf(gradients, 1, norm / 3);
    expect(one).toBeCloseTo(norm / 3 / (norm + 1e-6), 12);
    for (const workers of [2, 3, 7]) expect(factorOf(gradients, workers, norm / 3)).toBe(one);
    expect(factorOf(gradients, 2, norm * 2)).toBe(1);
  });
  fc.assert(property);
});

test("a norm that is not finite is an error", () => {
  expect(() => factorOf([Float32Array.of(1, Number.NaN)], 1, 1)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: DataParallel: the norm of the gradients is NaN; lower the learning rate]`,
  );
});

describe("DataParallel with clipNorm", () => {
  const LONG = new URL("./recipes/long.ts", import.meta.url);
  const settings: DataParallelOptions<LongOptions> = {
    options: { ...long, optimiser: "sgd", dropout: 0, batchNorm: false },
    ...{ epochs: 2, batchSize: 16, seed: 5 },
  };
  const trained = async (change: Partial<DataParallelOptions<LongOptions>>) => {
    const training = await DataParallel.start<LongOptions, Sequential>(LONG, { ...settings, ...change });
    for await (const _ of training);
    return weightsOf(training.model);
  };

  test("gives the same bits for any number of workers; a large maximum changes nothing, a small one does", async () => {
    const [one, two, three] = [1, 2, 3].map((workers) => trained({ clipNorm: 0.1, workers }));
    expect(await two).toEqual(await one);
    expect(await three).toEqual(await one);
    const free = await trained({});
    expect(await trained({ clipNorm: 1e6, workers: 3 })).toEqual(free);
    expect(await one).not.toEqual(free);
  });
});
