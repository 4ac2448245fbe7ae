/** The dialect of GLSL ES 3.00, the language of shaders in WebGL 2. Read dialect.ts first. */
import { shortest } from "../formula/print.ts";
import { block, braces, same } from "./braces.ts";
import { call } from "./code.ts";
import type { Dialect, Native } from "./dialect.ts";
import { lines } from "./lines.ts";

/** GLSL has no doubles, so formulas for them are of no use: these are for single precision. */
const functions: Readonly<Record<string, Native>> = {
  exp: { source: (p) => `float ${p}exp(float x) { return exp(x); }` },
  log: { source: (p) => `float ${p}log(float x) { return log(x); }` },
  // e^x - 1 = x + x^2/2! + ... + x^8/8! near 0, where the difference would cancel.
  expm1: {
    source: (p) => `float ${p}expm1(float x) {
  if (abs(x) > 0.5) return exp(x) - 1.0;
  float series = 1.0 / 5040.0 + x / 40320.0;
  series = 1.0 / 120.0 + x * (1.0 / 720.0 + x * series);
  return x + x * x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * series)));
}`,
  },
  tanh: {
    needs: ["expm1"],
    source: (p) => `float ${p}tanh(float x) {
  float t = ${p}expm1(2.0 * min(abs(x), 20.0));
  return sign(x) * t / (t + 2.0);
}`,
  },
  sigmoid: {
    source: (p) => `float ${p}sigmoid(float x) {
  float z = exp(-abs(x));
  return (x < 0.0 ? z : 1.0) / (1.0 + z);
}`,
  },
  silu: { needs: ["sigmoid"], source: (p) => `float ${p}silu(float x) { return x * ${p}sigmoid(x); }` },
  softplus: { source: (p) => `float ${p}softplus(float x) { return max(x, 0.0) + log(1.0 + exp(-abs(x))); }` },
  // erfc by the fit of W. H. Press et al., Numerical Recipes, section 6.2, to a relative 1.2e-7.
  gelu: {
    source: (p) => `float ${p}gelu(float x) {
  float z = abs(x) * 0.70710678;
  float t = 1.0 / (1.0 + 0.5 * z);
  float s = -0.82215223 + t * 0.17087277;
  s = -0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * s)));
  s = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * s)));
  float tail = t * exp(-z * z + s);
  return 0.5 * x * (x < 0.0 ? tail : 2.0 - tail);
}`,
  },
};

function literal(value: number): string {
  const text = Object.is(value, -0) ? "-0" : shortest(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

export const glsl: Dialect = {
  ...braces("int"),
  equals: "==",
  input: "x",
  prefix: (name) => `${name}_`,
  isReserved: (word) => word === "main" || /^gl_|__|_$/.test(word),
  comment: (text) => `// ${text}`,
  number: literal,
  round: same,
  single: same,
  narrow: same,
  widen: same,
  builtIn: (operation, operands) =>
    operation === "nearest" ? call("roundEven", ...operands) : call(operation, ...operands),
  operations: {},
  functions,
  longest: 16_384, // 64 KiB: ANGLE, through which Chrome and Firefox compile shaders, refuses larger arrays
  constants: (name, values) =>
    [
      `const float ${name}[${values.length}] = float[${values.length}](`,
      ...lines(Array.from(values, literal), "  "),
      ");",
    ]
      .join("\n")
      .replace(/,\n\);$/, "\n);"),
  array: (name, size) => `float ${name}[${size}];`,
  variable: (kind, name, value) => `${kind === "integer" ? "int" : "float"} ${name} = ${value};`,
  least: (a, b) => `min(${a}, ${b})`,
  function: (name, body, result) => block(`float ${name}(float x)`, body, result),
  module({ name, inputs, outputs, result, parts, body }) {
    const main = [
      `void ${name}(in float x[${inputs}], out float y[${outputs}]) {`,
      ...body,
      `  for (int o = 0; o < ${outputs}; o++) y[o] = ${result}[o];`,
      "}",
    ];
    return ["precision highp float;\nprecision highp int;", ...parts, main.join("\n")].join("\n\n").concat("\n");
  },
};
