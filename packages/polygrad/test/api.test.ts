/** The public API, name by name: nothing is exported by accident, and `polygrad` exports all of it. */
import * as autograd from "@polygrad/autograd";
import * as data from "@polygrad/data";
import * as dataNode from "@polygrad/data/node";
import * as formats from "@polygrad/formats";
import * as nn from "@polygrad/nn";
import * as parallel from "@polygrad/parallel";
import * as sweep from "@polygrad/sweep";
import * as tensor from "@polygrad/tensor";
import * as polygrad from "polygrad";
import * as polygradNode from "polygrad/node";
import { describe, expect, test } from "vitest";
import { exportedNames } from "./exported-names.ts";
import { type PackageName, packageNames, packageOrder } from "./reading-order.ts";

const modules: Readonly<Record<PackageName, object>> = {
  tensor,
  autograd,
  nn,
  data,
  formats,
  parallel,
  sweep,
  polygrad,
};

const entryPoints: readonly (readonly [title: string, name: PackageName, file: string])[] = [
  ["@polygrad/tensor", "tensor", "index.ts"],
  ["@polygrad/autograd", "autograd", "index.ts"],
  ["@polygrad/nn", "nn", "index.ts"],
  ["@polygrad/data", "data", "index.ts"],
  ["@polygrad/data/node", "data", "node.ts"],
  ["@polygrad/formats", "formats", "index.ts"],
  ["@polygrad/formats/node", "formats", "node.ts"],
  ["@polygrad/parallel", "parallel", "index.ts"],
  ["@polygrad/sweep", "sweep", "index.ts"],
];

test("the exported names are those in api.txt", async () => {
  const lists = entryPoints.map(([title, name, file]) => {
    const names = exportedNames(name, file);
    const list = (typeOnly: boolean) => [...names.keys()].filter((key) => names.get(key) === typeOnly).sort();
    return [title, ...list(false), ...list(true).map((type) => `type ${type}`)].join("\n  ");
  });
  // To accept an intended change: vitest run packages/polygrad/test/api.test.ts -u
  await expect(`${lists.join("\n\n")}\n`).toMatchFileSnapshot("api.txt");
});

test.each(packageNames)("%s: exportedNames finds the names that the module exports", (name) => {
  const values = [...exportedNames(name, "index.ts")].filter(([, typeOnly]) => !typeOnly).map(([key]) => key);
  expect(values.sort()).toEqual(Object.keys(modules[name]).sort());
});

describe("the umbrella", () => {
  const umbrella = exportedNames("polygrad", "index.ts");

  test.each(packageOrder.polygrad)("exports every name of %s", (name) => {
    const missing = [...exportedNames(name, "index.ts").keys()].filter((key) => !umbrella.has(key));
    expect(missing).toEqual([]);
  });

  test("exports the crossEntropy of nn, not the one of tensor", () => {
    expect(polygrad.crossEntropy).toBe(nn.crossEntropy);
  });

  test("exports the same objects as the packages, not copies", () => {
    expect(polygrad.Tensor).toBe(tensor.Tensor);
    expect(polygrad.Variable).toBe(autograd.Variable);
    expect(polygrad.Module).toBe(nn.Module);
    expect(polygrad.DataLoader).toBe(data.DataLoader);
    expect(polygradNode).toEqual(dataNode);
  });
});
