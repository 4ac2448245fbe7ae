/** Whole training runs: PyTorch's, the same bits from both kinds of kernels, and memory that stays flat. */
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { pinned, Random, simdAvailable, tensor, uniform } from "@polygrad/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { Adam, AdamW, manualSeed, oneCycle, RMSprop, type Sequential, SGD, type StateDict } from "../src/index.ts";
import { oneCycleOf, rmspropOf, type TrainingRun, training } from "./figures.ts";
import { kinds, under } from "./kernel-kinds.ts";
import { networks, trainStep } from "./networks.ts";

beforeEach(() => manualSeed(0));

/** What PyTorch's float32 and float64 differ by is below 1e-6: see figures/README.md. */
const TOLERANCE = 1e-5;

function expectRelative(what: string, got: number, wanted: number, scale = Math.abs(wanted)): void {
  expect(Math.abs(got - wanted), `${what}: ${got}, but PyTorch says ${wanted}`).toBeLessThanOrEqual(TOLERANCE * scale);
}

function expectState(got: StateDict, wanted: TrainingRun["finalState"]): void {
  expect(Object.keys(got)).toEqual(Object.keys(wanted));
  for (const [name, figures] of Object.entries(wanted)) {
    const { data, shape } = tensor(figures);
    const values = got[name].contiguous();
    expect(values.shape).toEqual(shape);
    const largest = Math.max(...data.map(Math.abs));
    for (const [i, value] of data.entries())
      expectRelative(`${name}[${i}]`, values.data[values.offset + i], value, largest);
  }
}

describe.each(kinds)("PyTorch's runs with %s kernels", (kind) => {
  test.each(training.runs)("$name", (run) => {
    const { weightDecay, lr } = run.options;
    const model = networks[run.network]();
    const state = Object.entries(run.initialState).map(([name, value]) => [name, tensor(value)]);
    model.loadStateDict(Object.fromEntries(state));
    const build = () => {
      if (run.optimiser === "RMSprop") return new RMSprop(model.parameters(), rmspropOf(run.options));
      return new { Adam, AdamW }[run.optimiser](model.parameters(), {
        learningRate: run.oneCycle ? oneCycleOf(run.oneCycle) : lr,
        ...(weightDecay !== undefined && { weightDecay }),
      });
    };
    const optimiser = build();
    under(kind, () => {
      expect(training.inputs).toHaveLength(30);
      for (const [step, inputs] of training.inputs.entries()) {
        expectRelative(`rate ${step}`, optimiser.currentRate, run.learningRates[step]);
        const { loss, norm } = trainStep(
          model,
          optimiser,
          tensor(inputs),
          training.labels[step],
          run.clipGradNorm?.maxNorm,
        );
        expectRelative(`loss ${step}`, loss, run.losses[step]);
        expect(norm === undefined).toBe(run.gradientNorms === undefined);
        if (norm !== undefined && run.gradientNorms) expectRelative(`norm ${step}`, norm, run.gradientNorms[step]);
      }
      expectState(model.stateDict(), run.finalState);
    });
  });
});

/** The bits of all parameters. */
function bits(model: Sequential): Record<string, Uint32Array> {
  const entries = Object.entries(model.stateDict()).map(([name, value]) => {
    const { data } = value.contiguous().clone();
    return [name, new Uint32Array(Float32Array.from(data).buffer)];
  });
  return Object.fromEntries(entries);
}

describe.skipIf(kinds.length < 2)("the kernels agree", () => {
  // Sizes on no multiple of four, so that the ends of vectors and tiles are used.
  const optimisers = {
    SGD: (model: Sequential) => new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9, nesterov: true }),
    AdamW: (model: Sequential) => new AdamW(model.parameters(), { learningRate: oneCycle(0.05, { steps: 10 }) }),
    RMSprop: (model: Sequential) => new RMSprop(model.parameters(), { momentum: 0.5, centered: true }),
  };

  test.each(["LINEAR", "POLY"] as const)("%s ends with the same bits after 10 steps", (network) => {
    const run = (name: keyof typeof optimisers): Record<string, Uint32Array> => {
      manualSeed(3);
      const model = networks[network](37, 11, 7);
      const before = bits(model);
      const optimiser = optimisers[name](model);
      const random = new Random(4);
      for (let step = 0; step < 10; step++) {
        const inputs = uniform([19, 37], random);
        trainStep(
          model,
          optimiser,
          inputs,
          Array.from({ length: 19 }, (_, b) => (b * b + step) % 7),
          1,
        );
      }
      expect(bits(model)).not.toEqual(before);
      return bits(model);
    };
    for (const name of ["SGD", "AdamW", "RMSprop"] as const)
      expect(under("simd", () => run(name))).toEqual(under("plain", () => run(name)));
  });
});

describe("memory", () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");

  /** Bytes in use after garbage is collected: JavaScript's objects and arrays, and all of the kernels' memory. */
  async function used(): Promise<{ heap: number; kernels: number }> {
    // Finalizers run between tasks.
    for (let k = 0; k < 3; k++) {
      collect();
      await setImmediate();
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return { heap: heapUsed + arrayBuffers, kernels: simdAvailable() ? pinned([1]).data.buffer.byteLength : 0 };
  }

  test.each(["LINEAR", "POLY"] as const)(
    "500 steps of %s grow JavaScript's heap by less than 128 KiB, and the kernels' memory not at all",
    async (network) => {
      const model = networks[network]();
      const optimiser = new AdamW(model.parameters());
      const random = new Random(1);
      const labels = Array.from({ length: 16 }, (_, b) => b % 5);
      const growth: number[] = [];
      let before = await used();
      // Compiling grows the heap too, but not every time; a leak does. The first round is to warm up.
      for (let round = 0; round < 5 && !(Math.min(...growth.slice(1)) < 128 * 1024); round++) {
        for (let step = 0; step < 500; step++) trainStep(model, optimiser, uniform([16, 12], random), labels, 1);
        const after = await used();
        growth.push(after.heap - before.heap);
        if (round > 0) expect(after.kernels).toBe(before.kernels);
        before = after;
      }
      expect(Math.min(...growth.slice(1)), `grew by ${growth}`).toBeLessThan(128 * 1024);
    },
  );
});
