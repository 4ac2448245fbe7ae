/** The hash of weights, against the SHA-256 of Node on bytes put together by hand. */
import { createHash } from "node:crypto";
import { variable } from "@polygrad/autograd";
import { Sequential } from "@polygrad/nn";
import { tensor } from "@polygrad/tensor";
import { afterEach, expect, test, vi } from "vitest";
import { weightsSha256 } from "../src/weights.ts";
import { hex } from "./safetensors/handmade.ts";

afterEach(() => vi.unstubAllGlobals());

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("parameters in order, row-major, as little-endian float32", async () => {
  const weight = variable(
    tensor([
      [1, 2],
      [3, -0],
    ]).transpose(),
  );
  const bias = variable(tensor([0.1], { dtype: "float64" }));
  const model = { weight, fixed: tensor([9]), layers: [{ bias }] };
  expect(await weightsSha256(model)).toBe(sha256(hex("0000803f 00004040 00000040 00000080 cdcccc3d")));
  expect(await weightsSha256({ layers: [{ bias }], weight })).not.toBe(await weightsSha256(model));
});

test("a model without parameters has the hash of nothing", async () => {
  expect(await weightsSha256(new Sequential())).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});

test("one bit makes another hash", async () => {
  const words = Uint32Array.of(0x3f800000);
  const one = { weight: variable(tensor(new Float32Array(words.slice().buffer))) };
  words[0]++;
  const next = { weight: variable(tensor(new Float32Array(words.buffer))) };
  expect(await weightsSha256(one)).not.toBe(await weightsSha256(next));
});

test("a page without Web Crypto is told so", async () => {
  vi.stubGlobal("crypto", {});
  await expect(weightsSha256({})).rejects.toThrow(
    "weightsSha256: there is no Web Crypto; serve the page over https or from localhost",
  );
});
