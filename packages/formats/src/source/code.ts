/** Pieces of source that know how tightly they hold together, and an arithmetic whose results are such pieces. */
import type { Arithmetic, BasicArithmetic } from "@polygrad/tensor";

/** A piece of an expression, from others: a piece in it gets brackets if it holds together less than `least`. */
export interface Code {
  readonly tightness: number;
  readonly parts: readonly (string | { readonly code: Code; readonly least: number })[];
}

const CHOICE = 0;
const COMPARISON = 1;
const SUM = 2;
const PRODUCT = 3;
const ATOM = 4;

/** A name, a call or an element: anything that needs no brackets. */
export function atom(text: string): Code {
  return { tightness: ATOM, parts: [text] };
}

/** The call of a function. */
export function call(name: string, ...args: readonly Code[]): Code {
  const list = args.flatMap((code, k) => [...(k === 0 ? [] : [", "]), { code, least: CHOICE }]);
  return { tightness: ATOM, parts: [`${name}(`, ...list, ")"] };
}

/** A number with a sign. */
export function negative(text: string): Code {
  return { tightness: SUM, parts: [text] };
}

/** What comes before an operand, such as a cast. */
export function prefixed(prefix: string, a: Code): Code {
  return { tightness: PRODUCT, parts: [prefix, { code: a, least: ATOM }] };
}

/** The text of a piece; `names` has those that were given a name. */
export function textOf(code: Code, names: ReadonlyMap<Code, string> = new Map()): string {
  return code.parts
    .map((part) => {
      if (typeof part === "string") return part;
      const name = names.get(part.code);
      if (name !== undefined) return name;
      const text = textOf(part.code, names);
      return part.code.tightness < part.least ? `(${text})` : text;
    })
    .join("");
}

/** a + b, a - b, a * b, a / b. The right operand gets brackets if it is of the same kind: they decide the rounding. */
export function infix(a: Code, operator: "+" | "-" | "*" | "/" | "<" | "<=" | "===" | "==", b: Code): Code {
  const own = operator === "+" || operator === "-" ? SUM : operator === "*" || operator === "/" ? PRODUCT : COMPARISON;
  return { tightness: own, parts: [{ code: a, least: own }, ` ${operator} `, { code: b, least: own + 1 }] };
}

/** condition ? yes : no, or the same in other words: what stands before each of the three pieces. */
export function choice(...parts: readonly (readonly [string, Code])[]): Code {
  return {
    tightness: CHOICE,
    parts: parts.flatMap(([before, code]) => [before, { code, least: CHOICE + 1 }]),
  };
}

/** What an arithmetic of code needs of a language. */
export interface Syntax {
  readonly equals: "===" | "==";
  number(value: number): Code;
  /** Rounds to the precision of the arithmetic. */
  round(value: Code): Code;
  quotient(a: Code, b: Code): Code;
  /** An operation that no operator writes. */
  operation(name: keyof Arithmetic<Code, Code>, ...operands: readonly Code[]): Code;
  choice(condition: Code, yes: Code, no: Code): Code;
}

/** The arithmetic that writes what it is asked to compute. */
export function basicArithmetic(syntax: Syntax): BasicArithmetic<Code, Code> {
  const { round } = syntax;
  return {
    number: syntax.number,
    add: (a, b) => round(infix(a, "+", b)),
    sub: (a, b) => round(infix(a, "-", b)),
    mul: (a, b) => round(infix(a, "*", b)),
    div: (a, b) => round(syntax.quotient(a, b)),
    neg: (a) => prefixed("-", a),
    abs: (a) => syntax.operation("abs", a),
    sqrt: (a) => round(syntax.operation("sqrt", a)),
    max: (a, b) => syntax.operation("max", a, b),
    min: (a, b) => syntax.operation("min", a, b),
    nearest: (a) => syntax.operation("nearest", a),
    less: (a, b) => infix(a, "<", b),
    atMost: (a, b) => infix(a, "<=", b),
    equal: (a, b) => infix(a, syntax.equals, b),
    select: syntax.choice,
  };
}

/** The same with the operations that exponentials and logarithms need. */
export function fullArithmetic(syntax: Syntax): Arithmetic<Code, Code> {
  const basic = basicArithmetic(syntax);
  return {
    ...basic,
    larger: (a, b) => syntax.operation("larger", a, b),
    smaller: (a, b) => syntax.operation("smaller", a, b),
    twoTo: (k) => syntax.operation("twoTo", k),
    exponent: (a) => syntax.operation("exponent", a),
    mantissa: (a) => syntax.operation("mantissa", a),
    horner(coefficients, x) {
      const terms = coefficients.map(basic.number).toReversed();
      return terms.slice(1).reduce((sum, term) => basic.add(basic.mul(sum, x), term), terms[0]);
    },
  };
}

/** The pieces within a piece that occur more than once and are not atoms, each after those that it contains. */
export function shared(root: Code): Code[] {
  const [seen, found] = [new Set<Code>(), new Set<Code>()];
  const order: Code[] = [];
  const visit = (code: Code) => {
    if (seen.has(code)) {
      if (code.parts.some((part) => typeof part !== "string")) found.add(code);
      return;
    }
    seen.add(code);
    for (const part of code.parts) if (typeof part !== "string") visit(part.code);
    order.push(code);
  };
  visit(root);
  return order.filter((code) => found.has(code));
}
