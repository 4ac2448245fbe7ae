/** The gradients of every layer and every loss, held against central differences: an export without a case fails. */
import { checkGradients } from "@polygrad/autograd";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.ts";
import type { Cases } from "./cases/case.ts";
import { layerCases } from "./cases/layers.ts";
import { lossCases } from "./cases/losses.ts";

/** The exports without gradients of their own. */
const others: readonly string[] = [
  ...["namedParameters", "parameters", "loadStateDict", "stateDict", "Module", "namedModules", "summary"],
  ...["buffer", "namedBuffers", "Accuracy", "TopKAccuracy", "ConfusionMatrix"],
  ...["MeanAbsoluteError", "MeanSquaredError", "R2", "RandomState", "EarlyStopping"],
  ...["gain", "kaimingNormal", "kaimingUniform", "linearUniform", "polynomialUniform", "xavierNormal", "xavierUniform"],
  ...["variancePreserving", "loretz2024", "manualSeed", "lossValue", "prune"],
  ...["Optimiser", "SGD", "Adam", "AdamW", "RMSprop", "Lion", "clipGradNorm", "WeightAverage"],
  ...["cosine", "oneCycle", "stepDecay", "warmup", "plateau"],
];

const layers = Object.entries(nn).flatMap(([name, value]) =>
  typeof value === "function" && value.prototype instanceof nn.Module ? [name] : [],
);
const cases = { ...layerCases, ...lossCases };

test("every exported layer has cases", () => {
  expect(Object.keys(layerCases).toSorted()).toEqual(layers.toSorted());
});

test("every export is a layer with cases, a loss with cases, or one of the others", () => {
  expect([...layers, ...Object.keys(lossCases), ...others].toSorted()).toEqual(Object.keys(nn).toSorted());
});

test("no layer or loss has an empty list of cases", () => {
  expect(Object.keys(cases).filter((name) => Object.keys(cases[name]).length === 0)).toEqual([]);
});

describe.each(Object.entries<Cases>(cases))("%s", (_, each) => {
  test.each(Object.entries(each))("%s", (_, { f, inputs }) => {
    const bent = (...xs: Parameters<typeof f>) => {
      // Most of the functions are linear in an input; the square gives them second derivatives other than 0.
      const y = f(...xs);
      return y.square().add(y);
    };
    checkGradients(bent, inputs, { order: 2 });
  });
});
