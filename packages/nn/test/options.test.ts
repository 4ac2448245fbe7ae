/** Options: a function refuses an object with an unknown name, and its error lists the names that it knows. */
import { ArgumentError, Random, tensor } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.ts";

const random = new Random(1);
const x = tensor([
  [1, 2],
  [3, 4],
]);
const parameters = () => new nn.Linear(2, 2).parameters();

describe("an unknown option lists the known ones", () => {
  const unknown = JSON.parse(`{ "unknown": 1 }`);
  test.each([
    ["Linear", () => new nn.Linear(1, 1, unknown), "bias, random"],
    [
      "Polynomial",
      () => new nn.Polynomial(1, 1, unknown),
      "degree, basis, squash, bias, elementwise, random, initialiser",
    ],
    ["LayerNorm", () => new nn.LayerNorm(1, unknown), "epsilon"],
    ["BatchNorm1d", () => new nn.BatchNorm1d(1, unknown), "momentum, epsilon, affine, trackRunningStatistics"],
    ["EarlyStopping", () => new nn.EarlyStopping(unknown), "mode, patience, minimumChange"],
    ["Dropout", () => new nn.Dropout(0.5, unknown), "random"],
    ["Embedding", () => new nn.Embedding(1, 1, unknown), "random"],
    ["kaimingUniform", () => nn.kaimingUniform([1, 1], random, unknown), "mode, nonlinearity, slope"],
    ["kaimingNormal", () => nn.kaimingNormal([1, 1], random, unknown), "mode, nonlinearity, slope"],
    ["crossEntropy", () => nn.crossEntropy(x, [0, 1], unknown), "reduction, weight, labelSmoothing"],
    ["nllLoss", () => nn.nllLoss(x, [0, 1], unknown), "reduction, weight"],
    ["mseLoss", () => nn.mseLoss(x, x, unknown), "reduction"],
    ["l1Loss", () => nn.l1Loss(x, x, unknown), "reduction"],
    ["huberLoss", () => nn.huberLoss(x, x, unknown), "reduction, delta"],
    ["smoothL1Loss", () => nn.smoothL1Loss(x, x, unknown), "reduction, beta"],
    ["klDivLoss", () => nn.klDivLoss(x, x, unknown), "reduction"],
    ["binaryCrossEntropyWithLogits", () => nn.binaryCrossEntropyWithLogits(x, x, unknown), "reduction, positiveWeight"],
    ["SGD", () => new nn.SGD(parameters(), unknown), "learningRate, momentum, dampening, weightDecay, nesterov"],
    ["Adam", () => new nn.Adam(parameters(), unknown), "learningRate, betas, epsilon, weightDecay"],
    ["AdamW", () => new nn.AdamW(parameters(), unknown), "learningRate, betas, epsilon, weightDecay"],
    [
      "RMSprop",
      () => new nn.RMSprop(parameters(), unknown),
      "learningRate, alpha, epsilon, momentum, centered, weightDecay",
    ],
    ["clipGradNorm", () => nn.clipGradNorm(parameters(), 1, unknown), "type"],
    ["stepDecay", () => nn.stepDecay(1, unknown), "size, gamma"],
    ["cosine", () => nn.cosine(1, unknown), "steps, minimum"],
    ["warmup", () => nn.warmup(1, unknown), "steps, start"],
    ["oneCycle", () => nn.oneCycle(1, unknown), "steps, rising, startDivisor, endDivisor, anneal"],
  ])("%s", (name, call, known) => {
    expect(call).toThrow(new ArgumentError(`${name}: there is no option "unknown"; the options are ${known}`));
  });
});
