/** Networks of all stages as files: read again, they are the networks; a source is what the library writes. */
import { formula, fromOnnx, parseModel, parseNpz, toSource } from "@polygrad/formats";
import { type Layer, noGrad, Random, stateDict, type Tensor, uniform } from "polygrad";
import { describe, expect, test } from "vitest";
import { Query } from "../playground/app/query.ts";
import { start as startCurves } from "../playground/stages/curves/trainer.ts";
import { networkOf } from "../playground/stages/digits/network.ts";
import { readDigits } from "../playground/stages/digits/settings.ts";
import { start as startPlanes } from "../playground/stages/planes/trainer.ts";
import { exported } from "../playground/train/export.ts";
import { type Format, formatGroups, formats } from "../playground/train/formats.ts";
import type { Trainer } from "../playground/train/trainer.ts";

function trained(trainer: Trainer<unknown>): Readonly<Record<string, Layer>> {
  for (let step = 0; step < 20; step++) trainer.step();
  return trainer.networks;
}

/** A network of the stage Digits, whose training needs workers. */
const digits = (query: string) => networkOf(readDigits(new Query(query)), new Random(1));

const curves = trained(startCurves(new Query("degree=2&hidden=2")));
const networks: Readonly<Record<string, Layer>> = {
  ...curves,
  ...trained(startPlanes(new Query("data=moons&edges=polynomial&second=3"))),
  digits: digits("hidden=6"),
};

function bytesOf(name: string, format: Format): Uint8Array {
  const { content } = exported(networks, name, format);
  if (typeof content === "string") throw new Error(`${format} is bytes`);
  return content;
}

const inputs: Readonly<Record<string, number>> = { classifier: 2, digits: 784 };
const answers = (network: Layer, x: Tensor) => [...noGrad(() => network.forward(x)).value.contiguous().data];

describe.each(Object.keys(networks))("%s", (name) => {
  const network = networks[name];
  const x = uniform([5, inputs[name] ?? 1], new Random(3), -1, 1);

  test("as safetensors has its layers, and gives the same bits", () => {
    const again = parseModel(bytesOf(name, "safetensors"));
    if (!("forward" in again)) throw new Error("not a layer");
    expect(answers(again, x)).toEqual(answers(network, x));
  });

  test("as ONNX gives the same values", () => {
    const onnx = fromOnnx(bytesOf(name, "onnx"));
    const [expected, found] = [answers(network, x), answers(onnx, x)];
    expect(found.length).toBe(expected.length);
    for (const [k, value] of expected.entries()) expect(found[k]).toBeCloseTo(value, 4);
  });

  test("as NumPy's arrays has the weights", () => {
    const { tensors } = parseNpz(bytesOf(name, "numpy"));
    const state = stateDict(network);
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(state).sort());
    for (const [key, value] of Object.entries(state)) expect([...tensors[key].data]).toEqual([...value.clone().data]);
  });

  test("as source and as a formula is what the library writes", () => {
    for (const language of ["typescript", "c", "python", "glsl"] as const)
      expect(exported(networks, name, language).content).toBe(toSource(network, language));
    expect(exported(networks, name, "formula").content).toBe(`${formula(network, { precision: 6 })}\n`);
  });
});

test("every file is named after its network and its format", () => {
  const all = formatGroups.flatMap(({ members }) => members);
  expect([...all].sort()).toEqual(Object.keys(formats).sort());
  expect(all.map((format) => exported(networks, "polynomial", format).name)).toEqual([
    "polynomial.safetensors",
    "polynomial.onnx",
    "polynomial.npz",
    "polynomial.ts",
    "polynomial.c",
    "polynomial.py",
    "polynomial.glsl",
    "polynomial.txt",
  ]);
  expect(exported(networks, "polynomial", "formula").content).toMatch(/^t1_1 = tanh\(.*T2\(x\).*\ny = /s);
});

test("what cannot be exported says why", () => {
  expect(() => exported(networks, "none", "formula")).toThrow("there is no network none");
  const large = { digits: digits("hidden=20") };
  expect(() => exported(large, "digits", "glsl")).toThrow("arrays in this language have at most 16384");
});
