/** Adam and AdamW: PyTorch's steps, the undoing of the start from zero, and what they refuse. */
import { variable } from "@polygrad/autograd";
import { describe, expect, test } from "vitest";
import { Adam, type AdamOptions, AdamW } from "../../src/index.ts";
import type { OptimiserOptions } from "../figures.ts";
import { refusal } from "../refusal.ts";
import { expectLateStart, moving, testSteps } from "./steps.ts";

function given({ lr, eps, betas, weightDecay }: OptimiserOptions): AdamOptions {
  return {
    ...(lr !== undefined && { learningRate: lr }),
    ...(eps !== undefined && { epsilon: eps }),
    ...(betas !== undefined && { betas }),
    ...(weightDecay !== undefined && { weightDecay }),
  };
}

describe("Adam", () => testSteps("Adam", (parameters, options) => new Adam(parameters, given(options))));
describe("AdamW", () => testSteps("AdamW", (parameters, options) => new AdamW(parameters, given(options))));

test.each([Adam, AdamW])("%o counts the steps of each parameter", (Class) => {
  expectLateStart((parameters) => new Class(parameters, { learningRate: 0.1 }));
});

test("the first step is the learning rate for a gradient of any size", () => {
  for (const gradient of [1e-3, 1, 1e6]) {
    const p = moving(1, gradient);
    new Adam([p], { learningRate: 0.25 }).step();
    expect(p.item()).toBeCloseTo(0.75, 4);
  }
});

test("AdamW shrinks a parameter whose gradient is 0, by default with a weight decay of 0.01; Adam adds the decay to the gradient", () => {
  const [w, given, a] = [moving(1, 0), moving(1, 0), moving(1, 0)];
  new AdamW([w], { learningRate: 0.5 }).step();
  new AdamW([given], { learningRate: 0.5, weightDecay: 0.5 }).step();
  new Adam([a], { learningRate: 0.5, weightDecay: 0.01 }).step();
  expect([w.item(), given.item(), a.item()]).toEqual([Math.fround(0.995), 0.75, expect.closeTo(0.5, 5)]);
});

test.each([Adam, AdamW])("%o refuses betas outside [0, 1), and a negative or infinite epsilon", (Class) => {
  const p = [variable(1)];
  for (const beta of [-0.1, 1, Number.NaN]) {
    expect(refusal(() => new Class(p, { betas: [beta, 0.9] }))).toBe(
      `ValueError: ${Class.name}: the first beta must lie in [0, 1), got ${beta}`,
    );
    expect(refusal(() => new Class(p, { betas: [0.9, beta] }))).toBe(
      `ValueError: ${Class.name}: the second beta must lie in [0, 1), got ${beta}`,
    );
  }
  for (const epsilon of [-1e-8, Number.NaN, Number.POSITIVE_INFINITY])
    expect(refusal(() => new Class(p, { epsilon }))).toMatch(/^ValueError: AdamW?: epsilon must lie in/);
  expect(refusal(() => new Class(p, { betas: [0, 0], epsilon: 0 }))).toBe("accepted");
});

test("misspelt options, betas that are not two numbers, and a rate in the place of the options are refused", () => {
  const p = [variable(1)];
  // @ts-expect-error PyTorch's name
  expect(refusal(() => new Adam(p, { lr: 0.1 }))).toMatchInlineSnapshot(
    `"ArgumentError: Adam: there is no option "lr"; the options are learningRate, betas, epsilon, weightDecay"`,
  );
  // @ts-expect-error PyTorch's name
  expect(refusal(() => new AdamW(p, { eps: 1e-6 }))).toMatchInlineSnapshot(
    `"ArgumentError: AdamW: there is no option "eps"; the options are learningRate, betas, epsilon, weightDecay"`,
  );
  // @ts-expect-error one beta
  expect(refusal(() => new Adam(p, { betas: 0.9 }))).toMatchInlineSnapshot(
    `"ArgumentError: Adam: betas must be an array of two numbers, got 0.9"`,
  );
  // @ts-expect-error three betas
  expect(refusal(() => new AdamW(p, { betas: [0.9, 0.99, 0.999] }))).toMatchInlineSnapshot(
    `"ArgumentError: AdamW: betas must be an array of two numbers, got an array of 3"`,
  );
  // @ts-expect-error a learning rate is an option
  expect(refusal(() => new Adam(p, 0.1))).toMatchInlineSnapshot(
    `"ArgumentError: Adam: options must be a plain object with any of learningRate, betas, epsilon, weightDecay, got 0.1"`,
  );
});

test("an option that is undefined takes its default, also the weight decay of AdamW", () => {
  const [given, by] = [moving(1, 0), moving(1, 0)];
  // Not with exactOptionalPropertyTypes, but in JavaScript.
  new AdamW(
    [given],
    JSON.parse("{}", () => ({ learningRate: 0.5, weightDecay: undefined })),
  ).step();
  new AdamW([by], { learningRate: 0.5 }).step();
  expect([given.item(), by.item()]).toEqual([Math.fround(0.995), Math.fround(0.995)]);
});
