/** PyTorch writes the figures anew, and Python runs what is refused here. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FormatError } from "../../src/errors.ts";
import { readTorch } from "../../src/torch/read.ts";
import { FIGURES, figure, hostile, modules, values } from "../torch/figures.ts";
import { python } from "./python.ts";

const directory = mkdtempSync(join(tmpdir(), "polygrad-torch-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("the stored figures are those that PyTorch writes:", () => {
  const folder = join(directory, "figures");
  mkdirSync(folder);
  python("torch, numpy", [join(FIGURES, "make_figures.py"), folder]);

  test("values, inputs, outputs, and what is refused", () => {
    expect(values(folder)).toEqual(values());
    expect(hostile(folder).map(({ refused }) => refused)).toEqual(hostile().map(({ refused }) => refused));
    const [anew, stored] = [modules(folder), modules()];
    expect(Object.keys(anew)).toEqual(Object.keys(stored));
    for (const [name, { inputs, outputs }] of Object.entries(stored)) {
      expect(anew[name].inputs).toEqual(inputs);
      expect(JSON.stringify(anew[name].outputs).length).toBeGreaterThan(0);
      const [a, b] = [anew[name].outputs, outputs].map(
        (list) =>
          JSON.stringify(list)
            .match(/-?[\d.e-]+/g)
            ?.map(Number) ?? [],
      );
      for (const [i, x] of a.entries()) expect(x).toBeCloseTo(b[i], 5);
    }
  });

  test.each(["zip.pt", "legacy.pt", "protocol4.pt", "modules.pt", "double.pt"])("%s", (name) => {
    const [anew, stored] = [readTorch(figure(name, folder)), readTorch(figure(name))];
    expect(anew.values).toEqual(stored.values);
    expect(anew.dtypes).toEqual(stored.dtypes);
    for (const [name, x] of Object.entries(stored.tensors)) {
      expect(anew.tensors[name].strides, name).toEqual(x.strides);
      expect([...anew.tensors[name].clone().data], name).toEqual([...x.clone().data]);
    }
  });

  test("hostile files are refused anew", () => {
    for (const { refused, file } of hostile(folder)) {
      expect(() => readTorch(file)).toThrow(FormatError);
      expect(() => readTorch(file)).toThrow(refused);
    }
  });
});

/** Loads files, each with a marker of its own; prints the numbers of those that left it. */
const LOADS = `
import json, os, sys, warnings
warnings.simplefilter("ignore")
import torch
marked = []
for i, path in enumerate(sys.argv[1:]):
    os.environ["MARKER"] = path + ".marker"
    try:
        torch.load(path)
    except Exception:
        pass
    if os.path.exists(path + ".marker"):
        marked.append(i)
        os.remove(path + ".marker")
json.dump(marked, sys.stdout)
`;

test("in Python, torch.load runs what is hostile; here, nothing runs", () => {
  const files = hostile();
  const paths = files.map(({ file }, i) => {
    const path = join(directory, `${i}.pt`);
    writeFileSync(path, file);
    return path;
  });
  const marked: number[] = JSON.parse(python("torch, numpy", ["-c", LOADS, ...paths]));
  expect(marked.map((i) => files[i].refused)).toMatchInlineSnapshot(`
    [
      "posix.system",
      "__builtin__.exec",
      "__builtin__.eval",
      "commands.check_call",
      "posix.system",
      "builtins.exec",
      "builtins.eval",
      "subprocess.check_call",
      "posix.system",
      "posix.system",
      "INST",
      "posix.system",
    ]
  `);
  process.env.MARKER = join(directory, "marker");
  for (const { file } of files) expect(() => readTorch(file)).toThrow(FormatError);
  expect(existsSync(join(directory, "marker"))).toBe(false);
});
