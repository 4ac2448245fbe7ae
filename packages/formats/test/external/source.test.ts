/** Sources in C and Python, compiled and run, give the bits of the network. */
import { describe, expect, test } from "vitest";
import { toSource } from "../../src/index.ts";
import { bitsOf } from "../source/bits.ts";
import { inputs, models, shaken } from "../source/models.ts";
import { arm64, gcc, runC, runPython } from "./run-source.ts";

const toolchains = {
  "gcc -O0": gcc("-O0"),
  "gcc -O2": gcc("-O2"),
  "gcc -O3 with AVX2 and FMA": gcc("-O3", "-mavx2", "-mfma"),
  "gcc -O2 for arm64": arm64("-O2"),
};

describe.each(Object.entries(models))("%s", (_, model) => {
  shaken(model);
  const wanted = model.forward(inputs).value.clone().data;
  if (!(wanted instanceof Float32Array) || !(inputs.data instanceof Float32Array)) throw new Error("needs float32");
  const rows = inputs.data;
  const [width, outputs] = [inputs.shape[1], wanted.length / inputs.shape[0]];

  test.each(Object.entries(toolchains))("C, %s", (_, toolchain) => {
    expect(bitsOf(runC(toSource(model, "c"), toolchain, [rows, width, outputs]))).toEqual(bitsOf(wanted));
  });

  test("Python", () => {
    expect(bitsOf(runPython(toSource(model, "python"), [rows, width]))).toEqual(bitsOf(wanted));
  });
});
