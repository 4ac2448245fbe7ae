/** The dialect of TypeScript. Read dialect.ts first. */
import { shortest } from "../formula/print.ts";
import { isReserved } from "../formula/typescript.ts";
import { block, braces, same } from "./braces.ts";
import { call } from "./code.ts";
import type { Dialect } from "./dialect.ts";
import { lines } from "./lines.ts";

/** What a source takes from JavaScript, or uses itself. */
const taken = new Set(["fround", "bits", "Float32Array", "DataView", "ArrayBuffer", "RangeError"]);

const builtIn = new Set(["abs", "sqrt", "max", "min"]);

const fround = (value: Parameters<Dialect["round"]>[0]) => call("fround", value);

export const typescript: Dialect = {
  ...braces("let"),
  equals: "===",
  input: "h0",
  prefix: () => "",
  isReserved: (word) => isReserved(word) || taken.has(word),
  comment: (text) => `// ${text}`,
  /** All digits: numbers are read in double precision. */
  number: (value, kind) => signed(kind === "single" ? Math.fround(value) : value, String),
  round: fround,
  single: same,
  narrow: fround,
  widen: same,
  builtIn: (operation, operands) => (builtIn.has(operation) ? call(`Math.${operation}`, ...operands) : undefined),
  operations: {
    nearest: () => `function nearest(a: number): number {
  const size = Math.abs(a);
  if (a === 0 || !(size < 4503599627370496)) return a;
  const rounded = size + 4503599627370496 - 4503599627370496;
  return a < 0 ? -rounded : rounded;
}`,
    larger: () => "const larger = (a: number, b: number): number => (a < b ? b : a);",
    smaller: () => "const smaller = (a: number, b: number): number => (b < a ? b : a);",
    twoTo: () => `function twoTo(k: number): number {
  bits.setInt32(0, (k + 1023) << 20);
  bits.setInt32(4, 0);
  return bits.getFloat64(0);
}`,
    exponent: () => `function exponent(a: number): number {
  bits.setFloat64(0, a);
  return ((bits.getInt32(0) >> 20) & 0x7ff) - 1023;
}`,
    mantissa: () => `function mantissa(a: number): number {
  bits.setFloat64(0, a);
  bits.setInt32(0, (bits.getInt32(0) & 0xfffff) | 0x3ff00000);
  return bits.getFloat64(0);
}`,
  },
  functions: {},
  longest: Number.POSITIVE_INFINITY,
  constants: (name, values) => {
    const texts = Array.from(values, (value) => signed(value, shortest));
    return [`const ${name} = new Float32Array([`, ...lines(texts, "  "), "]);"].join("\n");
  },
  array: (name, size) => `const ${name} = new Float32Array(${size});`,
  variable: (_, name, value) => `let ${name} = ${value};`,
  least: (a, b) => `Math.min(${a}, ${b})`,
  function: (name, body, result) =>
    block(
      `function ${name}(x: number): number`,
      body.map((line) => line.replace("let", "const")),
      result,
    ),
  module({ name, inputs, result, parts, body }) {
    const bits = parts.some((part) => part.includes("bits.")) ? ["const bits = new DataView(new ArrayBuffer(8));"] : [];
    const refusal = `throw new RangeError(\`${name}: needs ${inputs} numbers, got \${x.length}\`);`;
    const main = [
      `export function ${name}(x: ArrayLike<number>): Float32Array {`,
      `  if (x.length !== ${inputs}) ${refusal}`,
      "  const h0 = new Float32Array(x);",
      ...body,
      `  return ${result};`,
      "}",
    ];
    return ["const { fround } = Math;", ...bits, ...parts, main.join("\n")].join("\n\n").concat("\n");
  },
};

function signed(value: number, text: (value: number) => string): string {
  return Object.is(value, -0) ? "-0" : text(value);
}
