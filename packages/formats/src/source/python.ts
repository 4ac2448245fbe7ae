/** The dialect of Python 3. Read dialect.ts first. */
import { shortest } from "../formula/print.ts";
import { call, choice } from "./code.ts";
import type { Dialect } from "./dialect.ts";
import { lines } from "./lines.ts";

const words = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global if " +
    "import in is lambda nonlocal not or pass raise return try while with yield array math len list min range ValueError"
  ).split(" "),
);

/** All digits of a double, with a point: 1 would be an integer. */
function literal(value: number, text: (value: number) => string): string {
  if (Number.isNaN(value)) return "math.nan";
  if (!Number.isFinite(value)) return value > 0 ? "math.inf" : "-math.inf";
  const digits = Object.is(value, -0) ? "-0" : text(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

const single = (value: Parameters<Dialect["round"]>[0]) => call("_single", value);

const operations: Dialect["operations"] = {
  abs: () => "_abs = math.fabs",
  sqrt: () => "def _sqrt(a):\n    return math.sqrt(a) if a >= 0 else math.nan",
  div: () => `def _div(a, b):
    if b != 0:
        return a / b
    return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b)`,
  max: () =>
    "def _max(a, b):\n    return b if a < b else a if b < a or (a == b and a != 0) else a + b  # NaN, or zeros",
  min: () =>
    "def _min(a, b):\n    return b if b < a else a if a < b or (a == b and a != 0) else -(-a - b)  # NaN, or zeros",
  larger: () => "def _larger(a, b):\n    return b if a < b else a",
  smaller: () => "def _smaller(a, b):\n    return b if b < a else a",
  nearest: () => `def _nearest(a):
    size = math.fabs(a)
    if a == 0 or not size < 4503599627370496.0:
        return a
    return math.copysign(size + 4503599627370496.0 - 4503599627370496.0, a)`,
  twoTo: () => "def _twoTo(k):\n    return math.ldexp(1.0, int(k)) if math.fabs(k) < 1024 else k",
  exponent: () => "def _exponent(a):\n    return math.frexp(a)[1] - 1.0",
  mantissa: () => "def _mantissa(a):\n    return 2.0 * math.fabs(math.frexp(a)[0])",
};

const rounding = `_float = Struct("f")
_pack, _unpack = _float.pack, _float.unpack


def _single(value):
    """The nearest number in single precision."""
    return _unpack(_pack(value))[0]`;

/**
 * Python's floats are doubles. Sums, products, quotients and roots of float32 that are rounded to double and then to
 * float32 are those rounded once (S. A. Figueroa, When is double rounding innocuous?, SIGNUM Newsletter 30 (1995)).
 */
export const python: Dialect = {
  indent: "    ",
  end: undefined,
  equals: "==",
  input: "h0",
  prefix: () => "_",
  isReserved: (word) => words.has(word),
  comment: (text) => `# ${text}`,
  number: (value, kind) => literal(kind === "single" ? Math.fround(value) : value, String),
  round: single,
  single: (value) => value,
  narrow: single,
  widen: (value) => value,
  choice: (condition, yes, no) => choice(["", yes], [" if ", condition], [" else ", no]),
  builtIn: () => undefined,
  operations,
  functions: {},
  longest: Number.POSITIVE_INFINITY,
  constants: (name, values) => {
    const texts = Array.from(values, (value) => literal(value, shortest));
    return [`${name} = array("f", (`, ...lines(texts, "    "), "))"].join("\n");
  },
  array: (name, size) => `${name} = array("f", bytes(${4 * size}))`,
  variable: (_, name, value) => `${name} = ${value}`,
  assign: (target, value) => `${target} = ${value}`,
  loop: (name, from, to, step) => {
    const range = step !== 1 ? `${from}, ${to}, ${step}` : from === "0" ? to : `${from}, ${to}`;
    return `for ${name} in range(${range}):`;
  },
  continueIf: (condition) => `if ${condition}: continue`,
  least: (a, b) => `min(${a}, ${b})`,
  function: (name, body, result) =>
    [`def ${name}(x):`, ...body.map((line) => `    ${line}`), `    return ${result}`].join("\n"),
  module({ name, inputs, outputs, result, parts, body }) {
    const main = [
      `def ${name}(x):`,
      `    """The network, from a sequence of ${inputs} numbers to a list of ${outputs}."""`,
      `    if len(x) != ${inputs}:`,
      `        raise ValueError(f"${name}: needs ${inputs} numbers, got {len(x)}")`,
      '    h0 = array("f", x)',
      ...body,
      `    return list(${result})`,
    ];
    const imports = [
      ...(parts.some((part) => part.includes("math.")) ? ["import math"] : []),
      "from array import array",
      "from struct import Struct",
    ];
    return [imports.join("\n"), rounding, ...parts, main.join("\n")].join("\n\n\n").concat("\n");
  },
};
