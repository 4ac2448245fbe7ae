/** Sources: compiled and run, they give the bits of the network, with SIMD kernels and with plain ones. */
import { Flatten, LayerNorm, loretz2024, Polynomial, ReLU, Sequential, Tanh } from "@polygrad/nn";
import { assign, Random, simdAvailable, tensor, uniform, useKernels } from "@polygrad/tensor";
import { afterEach, describe, expect, test } from "vitest";
import { toSource } from "../../src/index.ts";
import { imported } from "../imported.ts";
import { check } from "./check.ts";
import { inputs, linear, models, shaken } from "./models.ts";

const random = new Random(4);

afterEach(() => useKernels(simdAvailable() ? "simd" : "plain"));

describe("the same bits", () => {
  test.each(Object.entries(models))("%s", (_, model) => check(shaken(model), inputs));

  test("images, mostly zeros, as the kernels that skip zeros see them", () => {
    const images = uniform([64, 28, 28], random);
    for (let at = 0; at < images.size; at++) if (at % 5 !== 0) images.data[at] = 0;
    const model = new Sequential(
      new Flatten(),
      new Polynomial(784, 20, { ...loretz2024, random }),
      new LayerNorm(20),
      new Polynomial(20, 10, { ...loretz2024, random }),
    );
    return check(model, images);
  });
});

describe("the source", () => {
  const small = new Sequential(new Polynomial(2, 1, { ...loretz2024, degree: 2 }), new ReLU());
  assign(
    small.parameters()[0].value,
    tensor([
      [
        [0.1, 2, 0],
        [-3, 1e-7, 1 / 3],
      ],
    ]),
  );

  test("of a small network in TypeScript", () => {
    expect(toSource(small, "typescript", { name: "predict" })).toMatchInlineSnapshot(`
      "const { fround } = Math;

      const weight1 = new Float32Array([
        2, 0, 1e-7, 0.33333334,
      ]);

      const bias1 = new Float32Array([
        -2.9,
      ]);

      export function predict(x: ArrayLike<number>): Float32Array {
        if (x.length !== 2) throw new RangeError(\`predict: needs 2 numbers, got \${x.length}\`);
        const h0 = new Float32Array(x);
        // layers.0: polynomial of degree 2, 2 -> 1
        const h1 = new Float32Array(1);
        const sum1 = new Float32Array(1);
        for (let o = 0; o < 1; o++) {
          sum1[o] = 0;
        }
        for (let i = 0; i < 2; i++) {
          let t = h0[i];
          if (t === 0) continue;
          let at = i * 2;
          for (let o = 0; o < 1; o++) {
            sum1[o] = fround(sum1[o] + fround(t * fround(weight1[at + o] + fround(t * weight1[at + 1 + o]))));
          }
        }
        for (let o = 0; o < 1; o++) {
          h1[o] = fround(sum1[o] + bias1[o]);
        }
        // layers.1: relu
        const h2 = new Float32Array(1);
        for (let i = 0; i < 1; i++) {
          let t = h1[i];
          h2[i] = Math.max(t, 0);
        }
        return h2;
      }
      "
    `);
  });

  test("of a small network in C", () => {
    expect(toSource(small, "c", { name: "predict" })).toMatchInlineSnapshot(`
      "/*
       * void predict(const float x[2], float y[1]);
       *
       * y = the network of x. x and y must not overlap. It needs about 1 KiB of stack, no memory and no library, and any
       * number of threads may call it. The bits are those of the network if the compiler rounds every operation:
       *
       *     cc -std=c99 -O2 -ffp-contract=off -c FILE.c
       */

      #include <float.h>

      #if FLT_RADIX != 2 || FLT_MANT_DIG != 24 || DBL_MANT_DIG != 53
      #error "float and double must be those of IEEE 754"
      #endif
      #if FLT_EVAL_METHOD != 0
      #error "every operation must be rounded to the precision of its operands: on x86, compile with -msse2 -mfpmath=sse"
      #endif
      #ifdef __FAST_MATH__
      #error "compile without -ffast-math, which changes the order of operations"
      #endif
      #if defined(__clang__) || !defined(__GNUC__)
      #pragma STDC FP_CONTRACT OFF
      #endif

      static double predict_max(double a, double b) { return a < b ? b : b < a || (a == b && a != 0) ? a : a + b; }

      static const float predict_weight1[4] = {
        2.0f, 0.0f, 1e-7f, 0.33333334f,
      };

      static const float predict_bias1[1] = {
        -2.9f,
      };

      void predict(const float x[2], float y[1]) {
        /* layers.0: polynomial of degree 2, 2 -> 1 */
        float h1[1];
        float sum1[1];
        for (int o = 0; o < 1; o++) {
          sum1[o] = 0.0f;
        }
        for (int i = 0; i < 2; i++) {
          float t = x[i];
          if (t == 0.0f) continue;
          int at = i * 2;
          for (int o = 0; o < 1; o++) {
            sum1[o] = sum1[o] + t * (predict_weight1[at + o] + t * predict_weight1[at + 1 + o]);
          }
        }
        for (int o = 0; o < 1; o++) {
          h1[o] = sum1[o] + predict_bias1[o];
        }
        /* layers.1: relu */
        float h2[1];
        for (int i = 0; i < 1; i++) {
          float t = h1[i];
          h2[i] = (float)predict_max(t, 0.0f);
        }
        for (int o = 0; o < 1; o++) y[o] = h2[o];
      }
      "
    `);
  });

  test("of a small network in Python", () => {
    expect(toSource(small, "python", { name: "predict" })).toMatchInlineSnapshot(`
      "from array import array
      from struct import Struct


      _float = Struct("f")
      _pack, _unpack = _float.pack, _float.unpack


      def _single(value):
          """The nearest number in single precision."""
          return _unpack(_pack(value))[0]


      def _max(a, b):
          return b if a < b else a if b < a or (a == b and a != 0) else a + b  # NaN, or zeros


      _weight1 = array("f", (
          2.0, 0.0, 1e-7, 0.33333334,
      ))


      _bias1 = array("f", (
          -2.9,
      ))


      def predict(x):
          """The network, from a sequence of 2 numbers to a list of 1."""
          if len(x) != 2:
              raise ValueError(f"predict: needs 2 numbers, got {len(x)}")
          h0 = array("f", x)
          # layers.0: polynomial of degree 2, 2 -> 1
          h1 = array("f", bytes(4))
          sum1 = array("f", bytes(4))
          for o in range(1):
              sum1[o] = 0.0
          for i in range(2):
              t = h0[i]
              if t == 0.0: continue
              at = i * 2
              for o in range(1):
                  sum1[o] = _single(sum1[o] + _single(t * _single(_weight1[at + o] + _single(t * _weight1[at + 1 + o]))))
          for o in range(1):
              h1[o] = _single(sum1[o] + _bias1[o])
          # layers.1: relu
          h2 = array("f", bytes(4))
          for i in range(1):
              t = h1[i]
              h2[i] = _max(t, 0.0)
          return list(h2)
      "
    `);
  });

  test("of a small network in GLSL", () => {
    expect(toSource(small, "glsl", { name: "predict" })).toMatchInlineSnapshot(`
      "precision highp float;
      precision highp int;

      const float predict_weight1[4] = float[4](
        2.0, 0.0, 1e-7, 0.33333334
      );

      const float predict_bias1[1] = float[1](
        -2.9
      );

      void predict(in float x[2], out float y[1]) {
        // layers.0: polynomial of degree 2, 2 -> 1
        float h1[1];
        float sum1[1];
        for (int o = 0; o < 1; o++) {
          sum1[o] = 0.0;
        }
        for (int i = 0; i < 2; i++) {
          float t = x[i];
          if (t == 0.0) continue;
          int at = i * 2;
          for (int o = 0; o < 1; o++) {
            sum1[o] = sum1[o] + t * (predict_weight1[at + o] + t * predict_weight1[at + 1 + o]);
          }
        }
        for (int o = 0; o < 1; o++) {
          h1[o] = sum1[o] + predict_bias1[o];
        }
        // layers.1: relu
        float h2[1];
        for (int i = 0; i < 1; i++) {
          float t = h1[i];
          h2[i] = max(t, 0.0);
        }
        for (int o = 0; o < 1; o++) y[o] = h2[o];
      }
      "
    `);
  });

  test("numbers in C: the sign of zero, the smallest number, and integers", () => {
    const model = linear(1, 3, false);
    assign(model.weight.value, tensor([[-0], [2 ** -149], [16777216]]));
    expect(toSource(model, "c")).toContain("-0.0f, 1e-45f, 16777216.0f,");
  });

  test("refusals", async () => {
    expect(() => toSource(new ReLU(), "typescript")).toThrow("give their number in the option inputs");
    for (const name of ["tanh", "class", "weight1", "fround"])
      expect(() => toSource(new Sequential(linear(1, 1), new Tanh()), "typescript", { name })).toThrow(
        `toSource: ${name} has another meaning in the source; choose another name`,
      );
    const words = { c: ["main", "double"], python: ["lambda", "array"], glsl: ["gl_x", "main"] } as const;
    for (const language of ["c", "python", "glsl"] as const)
      for (const name of words[language])
        expect(() => toSource(linear(1, 1), language, { name })).toThrow(`toSource: ${name} has another meaning`);
    const infinite = linear(2, 1);
    assign(infinite.weight.value, tensor([[1, Number.POSITIVE_INFINITY]]));
    expect(() => toSource(infinite, "c")).toThrow(
      "toSource: all numbers must be finite, got Infinity as element 1 of weight1",
    );
    expect(() => toSource(linear(2, 1), "typescript", { inputs: 3 })).toThrow("the model has 2 inputs");
    const { network } = await imported(toSource(linear(2, 1), "typescript"));
    expect(() => network([1])).toThrow("network: needs 2 numbers, got 1");
  });
});
