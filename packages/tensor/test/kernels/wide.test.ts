/** Layers with thousands of outputs: kernels' code must not grow with them, for engines limit a function's size. */
import { expect, test } from "vitest";
import { normal } from "../../src/draw.ts";
import { ones } from "../../src/fill.ts";
import { linear } from "../../src/ops/linear.ts";
import { polynomial } from "../../src/ops/polynomial.ts";
import { Random } from "../../src/random.ts";
import { under } from "../kernel-kinds.ts";
import { polynomialGradInput, polynomialGradWeight } from "../ops/gradients.ts";
import "../../src/methods.ts";

const WIDE = 12_001;

test("kernels for 12,001 outputs compile, and agree with their twins", () => {
  const random = new Random(5);
  const [x, g] = [normal([5, 3], random), normal([5, WIDE], random)];
  const [w, b, p] = [normal([WIDE, 3], random), normal([WIDE], random), normal([WIDE, 3, 3], random)];
  const results = (kind: "simd" | "plain") =>
    under(kind, () => [linear(x, w, b), polynomial(x, p), polynomialGradWeight(g, x, p), polynomialGradInput(g, x, p)]);
  const plain = results("plain");
  for (const [k, y] of results("simd").entries()) expect(y.toArray()).toEqual(plain[k].toArray());
});

test("the gradient of a polynomial layer must have the shape of its result", () => {
  const [x, w] = [ones([3, 2]), ones([4, 2, 3])];
  for (const gradient of [polynomialGradWeight, polynomialGradInput])
    expect(() => gradient(ones([1, 1]), x, w)).toThrow("the gradient must be [3, 4], got [1, 1]");
});
