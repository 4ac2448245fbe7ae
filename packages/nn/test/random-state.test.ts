/** The state of random layers: a training that is resumed draws what the undisturbed one draws. */
import { constant, type Variable } from "@polygrad/autograd";
import { normal, ones, Random, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Dropout, type Input, Linear, Module, mseLoss, RandomState, Sequential, SGD } from "../src/index.ts";
import { refusal } from "./refusal.ts";
import { arrays } from "./state.ts";

/** Adds noise from a generator in a field. */
class Noise extends Module {
  random = new Random(5);

  reseed(random: Random): void {
    this.random = random.split();
  }

  forward(x: Input): Variable {
    return constant(x).add(normal(x.shape, this.random));
  }
}

const network = () => {
  const random = new Random(1);
  return new Sequential(new Linear(3, 4, { random }), new Dropout(0.5, { random }), new Noise(), new Linear(4, 1));
};

function train(model: Sequential, from: number, to: number): void {
  const optimiser = new SGD(model.parameters(), { learningRate: 0.05 });
  for (let step = from; step < to; step++) {
    optimiser.zeroGrad();
    mseLoss(model.forward(normal([4, 3], new Random(step))), ones([4, 1])).backward();
    optimiser.step();
  }
}

describe("RandomState", () => {
  test("lets a resumed training end with the bits of an undisturbed one, also through JSON", () => {
    const undisturbed = network();
    const start = undisturbed.stateDict();
    train(undisturbed, 0, 7);

    const stopped = network();
    stopped.loadStateDict(start);
    train(stopped, 0, 3);
    const saved = JSON.stringify({ model: stopped.stateDict(), random: new RandomState(stopped).stateDict() });

    const resumed = network();
    const { model, random } = JSON.parse(saved);
    resumed.loadStateDict(model);
    const withoutState = arrays(resumed);
    new RandomState(resumed).loadStateDict(random);
    train(resumed, 3, 7);
    expect(arrays(resumed)).toEqual(arrays(undisturbed));

    const other = network();
    other.loadStateDict(model);
    expect(arrays(other)).toEqual(withoutState);
    train(other, 3, 7);
    expect(arrays(other)).not.toEqual(arrays(undisturbed));
  });

  test("names layers and generators by their fields, and is apart from the model's state", () => {
    const model = network();
    const random = new Random(3);
    const state = new RandomState({ model, random }).stateDict();
    const names = ["model.layers.1.randomState", "model.layers.2.random", "random"];
    expect(Object.keys(state)).toEqual(names);
    expect(state[names[0]].toArray()).toEqual(new Dropout(0.5, { random: generatorOfDropout() }).randomState);
    expect(state[names[2]].toArray()).toEqual([...random.state]);
    expect(Object.keys(model.stateDict()).every((name) => /weight|bias/.test(name))).toBe(true);
    expect(Object.keys(new RandomState(new Dropout()).stateDict())).toEqual(["randomState"]);
    expect(Object.keys(new RandomState(random).stateDict())).toEqual(["state"]);
    expect(new RandomState(new Linear(1, 1)).stateDict()).toEqual({});
  });

  /** The generator of the network, as it is when the dropout draws its key. */
  function generatorOfDropout(): Random {
    const random = new Random(1);
    new Linear(3, 4, { random });
    return random;
  }

  test("keeps every integer up to 2^53 - 1", () => {
    const layer = new Dropout();
    const largest = [2 ** 53 - 1, 2 ** 53 - 1];
    layer.randomState = largest;
    const other = new Dropout();
    new RandomState(other).loadStateDict(new RandomState(layer).stateDict());
    expect([other.key, other.counter]).toEqual(largest);
  });

  test("refuses what does not fit, before it changes anything", () => {
    const model = network();
    const state = new RandomState(model);
    const saved = state.stateDict();
    const names = Object.keys(saved);
    for (const [name, entry] of [
      [names[1], tensor([0, 0, 0, 0])],
      [names[1], tensor([0.5, 0, 0, 0])],
      [names[1], tensor([1, 2, 3])],
      [names[0], tensor([-1, 2])],
      [names[0], tensor([1, Number.NaN])],
    ] as const)
      expect(refusal(() => state.loadStateDict({ ...saved, [name]: entry }))).toMatch(/^(ValueError|ShapeError): /);
    const changed = { ...saved, [names[0]]: tensor([7, 7]), [names[1]]: tensor([0, 0, 0, 0]) };
    expect(refusal(() => state.loadStateDict(changed))).toMatchInlineSnapshot(
      `"ValueError: Random.fromState: state must be 4 words, not all 0, got [0, 0, 0, 0]"`,
    );
    expect(state.stateDict()[names[0]].toArray()).toEqual(saved[names[0]].toArray());
    expect(refusal(() => state.loadStateDict({ [names[0]]: saved[names[0]] }))).toMatchInlineSnapshot(
      `"ValueError: RandomState: missing layers.2.random; load the state into a model of the same structure"`,
    );
    expect(refusal(() => new RandomState({ mine: { reseed: () => {} } }))).toMatchInlineSnapshot(
      `"ArgumentError: RandomState: mine has a method reseed, but nothing that its random numbers follow from; give it a property randomState, or keep its generator in a field"`,
    );
    // @ts-expect-error a number is no model
    expect(refusal(() => new RandomState(1))).toMatchInlineSnapshot(
      `"ArgumentError: RandomState: the model must be an object, got 1"`,
    );
    expect(refusal(() => Object.assign(new Dropout(), { randomState: [1] }))).toMatchInlineSnapshot(
      `"ValueError: Dropout: randomState must be the key and the counter, got an array of 1"`,
    );
    expect(refusal(() => Object.assign(new Dropout(), { randomState: [1, -1] }))).toMatchInlineSnapshot(
      `"ValueError: Dropout: randomState must be an integer from 0 up, got -1"`,
    );
  });
});
