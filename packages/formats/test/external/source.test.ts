/** Sources in C and Python, compiled and run, give the bits of the network. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LayerNorm } from "@polygrad/nn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toSource } from "../../src/index.ts";
import { bitsOf } from "../source/bits.ts";
import { inputs, models, shaken } from "../source/models.ts";
import { networks } from "../source/networks.ts";
import { arm64, gcc, inDirectory, run, runC, runPython } from "./run-source.ts";

const toolchains = {
  "gcc -O0": gcc("-O0"),
  "gcc -O2": gcc("-O2"),
  "gcc -O3 with AVX2 and FMA": gcc("-O3", "-mavx2", "-mfma"),
  "gcc -O2 for arm64": arm64("-O2"),
};

/** Compares our root with that of the processor, for random bits of doubles and those next to powers of 2. */
const roots = `#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include "network.c"
static int check(uint64_t bits) {
  double a, own, wanted;
  memcpy(&a, &bits, sizeof a);
  own = network_sqrt(a);
  wanted = sqrt(a);
  return own != own ? wanted != wanted : memcmp(&own, &wanted, sizeof own) == 0;
}
int main(void) {
  uint64_t random = 1, wrong = 0;
  for (int i = 0; i < 2000000; i++) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    wrong += !check(random) + !check(random >> 12);
  }
  for (uint64_t power = 0; power < 4096; power++)
    for (uint64_t next = 0; next < 64; next++) wrong += !check((power << 52) + next) + !check((power << 52) - next);
  printf("%" PRIu64, wrong);
  return 0;
}
`;

test("the root in C, which every bit of the mantissa decides, is that of IEEE 754", () => {
  const source = toSource(new LayerNorm(2), "c");
  const { compiler, options } = gcc("-O2");
  const wrong = inDirectory((directory) => {
    const [program, file] = [join(directory, "roots"), join(directory, "roots.c")];
    writeFileSync(join(directory, "network.c"), source);
    writeFileSync(file, roots);
    run(compiler, [...options, "-o", program, file, "-lm"]);
    return run(program, []).toString();
  });
  expect(wrong).toBe("0");
});

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

describe("random networks", () => {
  const all = fc.sample(networks, { numRuns: 24, seed: 1 }).map(({ model, rows }) => {
    const [wanted, { data }] = [model.forward(rows).value.clone().data, rows.clone()];
    if (!(wanted instanceof Float32Array) || !(data instanceof Float32Array)) throw new Error("needs float32");
    return { model, wanted, data, inputs: rows.shape[1], outputs: wanted.length / rows.shape[0] };
  });

  test.each(all.map((own, k) => [k, own] as const))("%i", (_, { model, wanted, data, inputs, outputs }) => {
    const source = toSource(model, "c", { inputs });
    expect(bitsOf(runC(source, gcc("-O2"), [data, inputs, outputs]))).toEqual(bitsOf(wanted));
    expect(bitsOf(runPython(toSource(model, "python", { inputs }), [data, inputs]))).toEqual(bitsOf(wanted));
  });
});
