/** The dialect of C, C99. Read dialect.ts first. */
import { shortest } from "../formula/print.ts";
import { block, braces, same } from "./braces.ts";
import { type Code, prefixed } from "./code.ts";
import type { Dialect, Operation } from "./dialect.ts";
import { lines } from "./lines.ts";

const words = new Set(
  (
    "auto break case char const continue default do double else enum extern float for goto if inline int long main " +
    "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while " +
    "memcpy"
  ).split(" "),
);

/** Numbers from JavaScript, as C reads them in double precision. */
function double(value: number): string {
  if (Number.isNaN(value)) return "NAN";
  if (!Number.isFinite(value)) return value > 0 ? "INFINITY" : "-INFINITY";
  return decimal(value, String(value));
}

/** The same in single precision. What is near the middle of two floats gets so many digits that C rounds it as we do. */
function single(value: number): string {
  const short = shortest(value);
  const [below, above] = [1 - Number.EPSILON, 1 + Number.EPSILON].map((factor) => Math.fround(Number(short) * factor));
  return `${decimal(value, below === value && above === value ? short : String(value))}f`;
}

function decimal(value: number, text: string): string {
  return `${Object.is(value, -0) ? "-0" : text}${/[.e]/.test(text) ? "" : ".0"}`;
}

const function1 = (name: string, body: readonly string[]) =>
  [`static double ${name}(double a) {`, ...body.map((line) => `  ${line}`), "}"].join("\n");
const function2 = (name: string, body: string) => `static double ${name}(double a, double b) { ${body} }`;

/** Bits of doubles are read through memcpy, which compilers turn into a move. */
const operations: Readonly<Partial<Record<Operation, (prefix: string) => string>>> = {
  abs: (p) => function1(`${p}abs`, ["return a < 0 ? -a : a + 0;"]),
  // In a + b are the cases of NaN, and of zeros of both signs.
  max: (p) => function2(`${p}max`, "return a < b ? b : b < a || (a == b && a != 0) ? a : a + b;"),
  min: (p) => function2(`${p}min`, "return b < a ? b : a < b || (a == b && a != 0) ? a : -(-a - b);"),
  larger: (p) => function2(`${p}larger`, "return a < b ? b : a;"),
  smaller: (p) => function2(`${p}smaller`, "return b < a ? b : a;"),
  nearest: (p) =>
    function1(`${p}nearest`, [
      "double size = a < 0 ? -a : a;",
      "if (a == 0 || !(size < 4503599627370496.0)) return a;",
      "size = size + 4503599627370496.0 - 4503599627370496.0;",
      "return a < 0 ? -size : size;",
    ]),
  twoTo: (p) =>
    function1(`${p}twoTo`, [
      "if (!(a >= -1023 && a <= 1023)) return a;",
      "const uint64_t bits = (uint64_t)((int)a + 1023) << 52;",
      "double power;",
      "memcpy(&power, &bits, sizeof power);",
      "return power;",
    ]),
  exponent: (p) =>
    function1(`${p}exponent`, [
      "uint64_t bits;",
      "memcpy(&bits, &a, sizeof bits);",
      "return (int)((bits >> 52) & 0x7ff) - 1023;",
    ]),
  mantissa: (p) =>
    function1(`${p}mantissa`, [
      "uint64_t bits;",
      "memcpy(&bits, &a, sizeof bits);",
      "bits = (bits & 0xfffffffffffffu) | 0x3ff0000000000000u;",
      "memcpy(&a, &bits, sizeof a);",
      "return a;",
    ]),
  // Bit by bit, exact: of a = m 4^e with 2^52 <= m < 2^54, the root of m 2^54 has 54 bits, of which the last rounds.
  sqrt: (p) =>
    function1(`${p}sqrt`, [
      "if (!(a > 0 && a < INFINITY)) return a < 0 ? NAN : a;",
      "int scale = 0;",
      "if (a < 2.2250738585072014e-308) { a *= 18014398509481984.0; scale = -27; }",
      "uint64_t bits, root = 0, rest = 0;",
      "memcpy(&bits, &a, sizeof bits);",
      "int power = (int)(bits >> 52) - 1023;",
      "bits = (bits & 0xfffffffffffffu) | 0x10000000000000u;",
      "if (power & 1) { bits <<= 1; power -= 1; }",
      "for (int k = 0; k < 54; k++) {",
      "  rest = rest << 2 | (bits >> 52 & 3);",
      "  bits = bits << 2 & 0x3fffffffffffffu;",
      "  root <<= 1;",
      "  if (rest > root << 1) { rest -= (root << 1) + 1; root += 1; }",
      "}",
      "bits = ((root + 1) >> 1) - 0x10000000000000u + ((uint64_t)(power / 2 + scale + 1023) << 52);",
      "memcpy(&a, &bits, sizeof a);",
      "return a;",
    ]),
};

const cast = (type: string) => (value: Code) => prefixed(`(${type})`, value);

export const c: Dialect = {
  ...braces("int"),
  equals: "==",
  input: "x",
  prefix: (name) => `${name}_`,
  isReserved: (word) => words.has(word),
  comment: (text) => `/* ${text} */`,
  number: (value, kind) => (kind === "single" ? single(Math.fround(value)) : double(value)),
  round: same,
  single: cast("float"),
  narrow: cast("float"),
  widen: cast("double"),
  builtIn: () => undefined,
  operations,
  functions: {},
  longest: Number.POSITIVE_INFINITY,
  constants: (name, values) => {
    const texts = Array.from(values, single);
    return [`static const float ${name}[${values.length}] = {`, ...lines(texts, "  "), "};"].join("\n");
  },
  array: (name, size) => `float ${name}[${size}];`,
  variable: (kind, name, value) => `${{ single: "float", double: "double", integer: "int" }[kind]} ${name} = ${value};`,
  least: (a, b) => `(${a} < ${b} ? ${a} : ${b})`,
  function: (name, body, result) =>
    block(
      `static double ${name}(double x)`,
      body.map((line) => `const ${line}`),
      result,
    ),
  module({ name, inputs, outputs, result, scratch, parts, body }) {
    const uses = (text: string) => parts.some((part) => part.includes(text));
    const headers = [
      "#include <float.h>",
      ...(uses("INFINITY") || uses("NAN") ? ["#include <math.h>"] : []),
      ...(uses("uint64_t") ? ["#include <stdint.h>", "#include <string.h>"] : []),
    ];
    const prototype = `void ${name}(const float x[${inputs}], float y[${outputs}])`;
    const loop = `  for (int o = 0; o < ${outputs}; o++) y[o] = ${result}[o];`;
    const main = [`${prototype} {`, ...body, loop, "}"];
    return [header(prototype, scratch), headers.join("\n"), checks, ...parts, main.join("\n")]
      .join("\n\n")
      .concat("\n");
  },
};

function header(prototype: string, scratch: number): string {
  return `/*
 * ${prototype};
 *
 * y = the network of x. x and y must not overlap. It needs about ${Math.ceil((4 * scratch) / 1024)} KiB of stack, no memory and no library, and any
 * number of threads may call it. The bits are those of the network if the compiler rounds every operation:
 *
 *     cc -std=c99 -O2 -ffp-contract=off -c FILE.c
 */`;
}

const checks = `#if FLT_RADIX != 2 || FLT_MANT_DIG != 24 || DBL_MANT_DIG != 53
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
#endif`;
