/** Orders of forward, backward and step: those that are right work, and those that are wrong are refused. */
import {
  Adam,
  binaryCrossEntropyWithLogits,
  clone,
  DataLoader,
  GradientError,
  Linear,
  loretz2024,
  normal,
  ones,
  Polynomial,
  Random,
  ReLU,
  Sequential,
  SGD,
  type Tensor,
  TensorDataset,
  tensor,
  type Variable,
  variable,
  zeros,
} from "polygrad";
import { describe, expect, test } from "vitest";

const weightsOf = (model: Sequential): number[] => model.parameters().flatMap(({ value }) => [...clone(value).data]);

/** A generator and a discriminator, from the same weights every time. */
function pair(): { generator: Sequential; discriminator: Sequential; real: Tensor; noise: Tensor } {
  const random = new Random(1);
  return {
    generator: new Sequential(
      new Linear(2, 8, { random }),
      new ReLU(),
      new Polynomial(8, 2, { ...loretz2024, degree: 2, random }),
    ),
    discriminator: new Sequential(new Linear(2, 8, { random }), new ReLU(), new Linear(8, 1, { random })),
    real: normal([16, 2], random),
    noise: normal([16, 2], random),
  };
}

const says = (logits: Variable, real: boolean): Variable =>
  binaryCrossEntropyWithLogits(logits, real ? ones([16, 1]) : zeros([16, 1]));

describe("a GAN", () => {
  test("both backward passes before either step: the gradients of one forward pass", () => {
    const { generator, discriminator, real, noise } = pair();
    const [forG, forD] = [new Adam(generator.parameters()), new Adam(discriminator.parameters())];
    const fake = generator.forward(noise);
    const lossG = says(discriminator.forward(fake), true);
    const lossD = says(discriminator.forward(real), true).add(says(discriminator.forward(fake.detach()), false));
    lossG.backward();
    discriminator.zeroGrad(); // lossG has gradients for both networks; the discriminator wants its own only
    lossD.backward();
    const gradients = [generator, discriminator].map((model) => model.parameters().map(({ grad }) => grad?.toArray()));
    forG.step();
    forD.step();

    // The same gradients from two passes that share nothing.
    const again = pair();
    says(again.discriminator.forward(again.generator.forward(again.noise)), true).backward();
    const ofG = again.generator.parameters().map(({ grad }) => grad?.toArray());
    again.discriminator.zeroGrad();
    const fixed = again.generator.forward(again.noise).detach();
    says(again.discriminator.forward(again.real), true)
      .add(says(again.discriminator.forward(fixed), false))
      .backward();
    expect(gradients).toEqual([ofG, again.discriminator.parameters().map(({ grad }) => grad?.toArray())]);
  });

  test("the usual order: the discriminator steps, then the generator's loss is computed anew", () => {
    const { generator, discriminator, real, noise } = pair();
    const [forG, forD] = [new Adam(generator.parameters()), new Adam(discriminator.parameters())];
    const before = [generator, discriminator].map(weightsOf);
    const fake = generator.forward(noise);
    says(discriminator.forward(real), true)
      .add(says(discriminator.forward(fake.detach()), false))
      .backward();
    forD.step();
    says(discriminator.forward(fake), true).backward(); // fake is not stale: the generator has not stepped
    forG.step();
    const after = [generator, discriminator].map(weightsOf);
    expect(after[0]).not.toEqual(before[0]);
    expect(after[1]).not.toEqual(before[1]);
  });

  test("a step between forward and backward is refused, and names what did it", () => {
    const { generator, discriminator, real, noise } = pair();
    const forD = new Adam(discriminator.parameters());
    const lossG = says(discriminator.forward(generator.forward(noise)), true);
    says(discriminator.forward(real), true).backward();
    forD.step();
    expect(() => lossG.backward()).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: backward: the gradient of linear depends on its operand 2 of shape [1, 8], which Adam.step has overwritten since; call backward() before that, or compute the result again]`,
    );
    expect(generator.parameters().every(({ grad }) => grad === undefined)).toBe(true);
  });
});

test("accumulation: the gradients of four quarters of a batch are those of the batch", () => {
  const { discriminator: model, real } = pair();
  model.forward(real).square().mean().backward();
  const whole = model.parameters().map(({ grad }) => grad?.clone());
  model.zeroGrad();
  for (const part of real.split(4)) model.forward(part).square().mean().div(4).backward();
  for (const [k, { grad }] of model.parameters().entries())
    expect(grad?.allClose(whole[k] ?? tensor(Number.NaN), { relative: 1e-5, absolute: 1e-7 })).toBe(true);
  new SGD(model.parameters()).step();
});

test("a step between two losses of the same weights: refused, and x.grad stays empty", () => {
  const [w, x] = [variable([2]), variable([3])];
  const optimiser = new SGD([w], { learningRate: 1 });
  const y = x.mul(w).sum();
  w.sum().backward();
  optimiser.step();
  expect(() => y.backward()).toThrowErrorMatchingInlineSnapshot(
    `[GradientError: backward: the gradient of mul depends on its operand 2 of shape [1], which SGD.step has overwritten since; call backward() before that, or compute the result again]`,
  );
  expect(x.grad).toBeUndefined();
});

test("a graph of an old batch is refused, and says why", () => {
  const data = new TensorDataset(
    tensor([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]),
    [0, 0, 1, 1],
    2,
  );
  const w = variable([1, 1]);
  const losses = Array.from(new DataLoader(data, { batchSize: 2 }), ({ inputs }) => w.mul(inputs).sum());
  expect(() => losses[0].backward()).toThrowErrorMatchingInlineSnapshot(
    `[GradientError: backward: the gradient of mul depends on its operand 2 of shape [2, 2], which the next batch has overwritten since; call backward() before that, or compute the result again]`,
  );
  expect(() => losses[0].backward()).toThrow(GradientError);
  losses[1].backward();
  expect(w.grad?.toArray()).toEqual([10, 12]);
});
