/** Captured training steps: the same bits, gradients and counts as without, for networks, optimisers and batches. */
import { capture, type Variable } from "@polygrad/autograd";
import { assign, normal, pin, Random, type Tensor, tensor, useKernels } from "@polygrad/tensor";
import { afterEach, describe, expect, test } from "vitest";
import {
  Adam,
  AdamW,
  BSpline,
  cosine,
  crossEntropy,
  Dropout,
  LayerNorm,
  Linear,
  Lion,
  loretz2024,
  type Module,
  mseLoss,
  type Optimiser,
  Polynomial,
  ReLU,
  RMSprop,
  Sequential,
  SGD,
  stepDecay,
} from "../src/index.ts";

afterEach(() => useKernels("simd"));

const [INPUTS, CLASSES, STEPS] = [70, 5, 24];

const networks = {
  polynomials: (random: Random) =>
    new Sequential(
      new Polynomial(INPUTS, 20, { ...loretz2024, degree: 3, random }),
      new LayerNorm(20),
      new Polynomial(20, CLASSES, { ...loretz2024, degree: 2, random }),
    ),
  "linear layers": (random: Random) =>
    new Sequential(
      new Linear(INPUTS, 20, { random }),
      new ReLU(),
      new LayerNorm(20),
      new Linear(20, CLASSES, { random }),
    ),
  splines: (random: Random) =>
    new Sequential(new BSpline(INPUTS, 20, { random }), new BSpline(20, CLASSES, { order: 2, base: false, random })),
  dropout: (random: Random) =>
    new Sequential(new Linear(INPUTS, 9, { random }), new Dropout(0.3, { random }), new Linear(9, CLASSES, { random })),
};

const optimisers: Record<string, (parameters: Variable[]) => Optimiser> = {
  "SGD with a schedule": (parameters) => new SGD(parameters, { learningRate: cosine(0.1, { steps: STEPS }) }),
  "SGD with momentum": (parameters) => new SGD(parameters, { learningRate: 0.05, momentum: 0.9, dampening: 0.5 }),
  Adam: (parameters) => new Adam(parameters, { learningRate: stepDecay(0.01, { size: 5, gamma: 0.5 }) }),
  AdamW: (parameters) => new AdamW(parameters, { learningRate: 0.01, weightDecay: 0.1 }),
  Lion: (parameters) => new Lion(parameters, { learningRate: 0.01, weightDecay: 0.1 }),
  "RMSprop, centred": (parameters) => new RMSprop(parameters, { momentum: 0.5, centered: true }),
};

type Step = (x: Tensor, labels: Uint8Array) => Variable;
type Wrap = (step: Step) => Step;
const asItIs: Wrap = (step) => step;

/** The batches: sparse, in pinned memory or not; every fourth has fewer rows, which come from another place. */
function batchesOf(isPinned: boolean): (k: number) => [Tensor, Uint8Array] {
  const random = new Random(9);
  const memory = new Map([8, 5].map((rows) => [rows, pin(normal([rows, INPUTS], random))]));
  return (k) => {
    const rows = k % 4 === 3 ? 5 : 8;
    const x = normal([rows, INPUTS], random).relu();
    const place = memory.get(rows);
    const labels = Uint8Array.from({ length: rows }, () => random.below(CLASSES));
    return [isPinned && place !== undefined ? assign(place, x) : x, labels];
  };
}

/** All that can be seen of a training: losses, gradients, writes of the first weight, evaluations, and the end. */
function train(wrap: Wrap, network: Module, optimiser: Optimiser, isPinned: boolean, everyOther = false): unknown[] {
  const [batch, seen] = [batchesOf(isPinned), [] as unknown[]];
  const [first] = network.parameters();
  const step = wrap((x, labels) => {
    const loss = crossEntropy(network.forward(x), labels);
    loss.backward();
    if (!everyOther) {
      optimiser.step();
      optimiser.zeroGrad();
    }
    return loss;
  });
  for (let k = 0; k < STEPS; k++) {
    const [x, labels] = batch(k);
    const { writer } = first.value.storage.version.last;
    const loss = step(x, labels);
    seen.push(loss.item(), loss.node, loss.requiresGrad, optimiser.steps, first.grad?.toArray(), writer);
    seen.push(first.value.storage.version.last.writer);
    if (everyOther && k % 2 === 1) {
      optimiser.step();
      optimiser.zeroGrad();
    }
    if (k % 6 === 5) {
      network.eval();
      seen.push(network.forward(x).value.toArray());
      network.train();
    }
  }
  return [...seen, network.parameters().map(({ value }) => value.toArray())];
}

/** A wrapper that captures, and the explanations of the calls. */
function capturing(): { wrap: Wrap; explanations: string[] } {
  const explanations: string[] = [];
  const wrap: Wrap = (step) => {
    const captured = capture(step);
    return (x, labels) => {
      const loss = captured(x, labels);
      explanations.push(captured.explain());
      return loss;
    };
  };
  return { wrap, explanations };
}

const taped = "runs as usual, because it is being taped";

describe.each(Object.entries(networks))("a captured step of %s", (_, network) => {
  describe.each(Object.entries(optimisers))("and %s", (_, optimiser) => {
    test.each([true, false])(
      "computes the same bits as the step itself, with inputs that are pinned: %s",
      (isPinned) => {
        const run = (wrap: Wrap) => {
          const model = network(new Random(1));
          return train(wrap, model, optimiser(model.parameters()), isPinned);
        };
        const { wrap, explanations } = capturing();
        expect(run(wrap)).toEqual(run(asItIs));
        // Two calls for each number of rows.
        expect(explanations.filter((why) => why !== "captured")).toEqual([taped, taped, taped, taped]);
      },
    );
  });

  test("accumulates gradients where the step does not set them to undefined", () => {
    const run = (wrap: Wrap) => {
      const model = network(new Random(1));
      return train(wrap, model, new Adam(model.parameters()), true, true);
    };
    const { wrap, explanations } = capturing();
    expect(run(wrap)).toEqual(run(asItIs));
    expect(explanations.filter((why) => why === "captured").length).toBeGreaterThan(STEPS / 2);
  });

  test("runs as usual with the plain kernels", () => {
    const run = (wrap: Wrap) => {
      const model = network(new Random(1));
      return train(wrap, model, new Adam(model.parameters()), true);
    };
    const simd = run(asItIs);
    useKernels("plain");
    const { wrap, explanations } = capturing();
    expect(run(wrap)).toEqual(simd);
    expect(new Set(explanations)).toEqual(new Set(["runs as usual, because the plain kernels are in use"]));
  });
});

test("two optimisers that train against each other are captured in one step", () => {
  const run = (isCaptured: boolean) => {
    const random = new Random(3);
    const maker = new Sequential(new Linear(4, 6, { random }), new ReLU(), new Linear(6, 3, { random }));
    const judge = new Sequential(new Linear(3, 5, { random }), new ReLU(), new Linear(5, 1, { random }));
    const [makers, judges] = [new Adam(maker.parameters()), new SGD(judge.parameters(), { momentum: 0.9 })];
    const step = (noise: Tensor, real: Tensor) => {
      judges.zeroGrad();
      const made = maker.forward(noise);
      const lost = judge.forward(made.detach()).square().mean().add(judge.forward(real).sub(1).square().mean());
      lost.backward();
      judges.step();
      makers.zeroGrad();
      const fooled = mseLoss(judge.forward(made), tensor(new Float32Array(8).fill(1)).unsqueeze(1));
      fooled.backward();
      makers.step();
      return { lost, fooled };
    };
    const captured = capture(step);
    const results: unknown[] = [];
    for (let k = 0; k < 9; k++) {
      const [noise, real] = [normal([8, 4], random), normal([8, 3], random)];
      const { lost, fooled } = (isCaptured ? captured : step)(noise, real);
      results.push(lost.item(), fooled.item());
    }
    return [results, maker.stateDict(), judge.stateDict(), isCaptured ? captured.explain() : "captured"];
  };
  expect(run(true)).toEqual(run(false));
});

test("labels are checked in every replay, and an error leaves everything as the step itself would", () => {
  const run = (wrap: Wrap) => {
    const model = networks["linear layers"](new Random(1));
    const optimiser = new Adam(model.parameters());
    const step = wrap((x, labels) => {
      optimiser.zeroGrad();
      const loss = crossEntropy(model.forward(x), labels);
      loss.backward();
      optimiser.step();
      return loss;
    });
    const x = pin(normal([2, INPUTS], new Random(2)));
    for (let k = 0; k < 4; k++) step(x, Uint8Array.of(k, 1));
    expect(() => step(x, Uint8Array.of(0, CLASSES))).toThrow(
      "crossEntropy: index 5 at position 1 is not an integer from 0 to 4",
    );
    return [model.stateDict(), optimiser.steps, model.parameters().map(({ grad }) => grad?.toArray())];
  };
  expect(run(capturing().wrap)).toEqual(run(asItIs));
});
