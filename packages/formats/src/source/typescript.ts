/** Networks in TypeScript. Read language.ts first. */
import { ArgumentError, type Arithmetic, type Floats } from "@polygrad/tensor";
import { shortest } from "../formula/print.ts";
import { isReserved } from "../formula/typescript.ts";
import {
  atom,
  basicArithmetic,
  CHOICE,
  type Code,
  call,
  fullArithmetic,
  SUM,
  type Syntax,
  shared,
  textOf,
} from "./code.ts";
import type { Language } from "./language.ts";
import { missing } from "./missing.ts";

const WIDTH = 120;

/** What the source takes from JavaScript. */
const globals = { fround: 0, bits: 0, Float32Array: 0, DataView: 0, ArrayBuffer: 0, RangeError: 0 };

/** Writes TypeScript. */
export class TypeScript implements Language {
  readonly #constants: string[] = [];
  readonly #functions = new Map<string, string>();
  readonly #missing = new Set<string>();
  readonly #body: string[] = [];
  #indent = "  ";

  readonly #syntax: Syntax = {
    number: literal,
    round: (value) => value,
    function: (name, ...args) => {
      if (!(name in missing)) return call(`Math.${name}`, ...args);
      this.#missing.add(name);
      return call(name, ...args);
    },
    choice: (condition, yes, no) => ({
      tightness: CHOICE,
      parts: [
        { code: condition, least: CHOICE + 1 },
        " ? ",
        { code: yes, least: CHOICE + 1 },
        " : ",
        { code: no, least: CHOICE + 1 },
      ],
    }),
  };

  readonly doubles: Arithmetic<Code, Code> = fullArithmetic(this.#syntax);
  readonly singles: Language["singles"] = basicArithmetic({
    ...this.#syntax,
    number: (value) => literal(Math.fround(value)),
    round: (value) => call("fround", value),
  });

  #line(text: string): void {
    this.#body.push(`${this.#indent}${text}`);
  }

  #block(head: string, body: () => void): void {
    this.#line(`${head} {`);
    const outer = this.#indent;
    this.#indent += "  ";
    body();
    this.#indent = outer;
    this.#line("}");
  }

  #taken(name: string): boolean {
    const isConstant = this.#constants.some((source) => source.startsWith(`const ${name} `));
    return isConstant || isReserved(name) || this.#functions.has(name) || name in missing || name in globals;
  }

  comment(text: string): void {
    this.#line(`// ${text}`);
  }

  constants(name: string, values: Floats): string {
    const lines = [`const ${name} = new Float32Array([`]; // Float32Array.of() overflows the stack with many
    let line = " ";
    for (const value of values) {
      const text = ` ${Object.is(value, -0) ? "-0" : shortest(value)},`;
      if (line.length + text.length > WIDTH) {
        lines.push(line);
        line = " ";
      }
      line += text;
    }
    this.#constants.push([...lines, line, "]);"].join("\n"));
    return name;
  }

  array(name: string, size: number): void {
    this.#line(`const ${name} = new Float32Array(${size});`);
  }

  variable(_: unknown, name: string, value: Code): Code {
    this.#line(`let ${name} = ${textOf(value)};`);
    return atom(name);
  }

  assign(target: Code, value: Code): void {
    this.#line(`${textOf(target)} = ${textOf(value)};`);
  }

  narrow(value: Code): Code {
    return call("fround", value);
  }

  element(array: string, index: string): Code {
    return atom(`${array}[${index}]`);
  }

  loop(name: string, from: string, to: string, step: number, body: () => void): void {
    const next = step === 1 ? `${name}++` : `${name} += ${step}`;
    this.#block(`for (let ${name} = ${from}; ${name} < ${to}; ${next})`, body);
  }

  loopDown(name: string, from: number, to: number, body: () => void): void {
    this.#block(`for (let ${name} = ${from}; ${name} >= ${to}; ${name}--)`, body);
  }

  least(a: string, b: string): string {
    return `Math.min(${a}, ${b})`;
  }

  apply(name: string, formula: (m: Arithmetic<Code, Code>, x: Code) => Code, x: Code): Code {
    if (!this.#functions.has(name)) this.#functions.set(name, functionOf(name, formula(this.doubles, atom("x"))));
    return call(name, x);
  }

  finish(name: string, inputs: number, result: string): string {
    if (this.#taken(name))
      throw new ArgumentError(`toSource: ${name} has another meaning in the source; choose another name`);
    const used = Object.entries(missing).filter(([own]) => this.#missing.has(own));
    const bits = used.some(([, source]) => source.includes("bits"))
      ? ["const bits = new DataView(new ArrayBuffer(8));"]
      : [];
    const refusal = `throw new RangeError(\`${name}: needs ${inputs} numbers, got \${x.length}\`);`;
    return `${[
      "const { fround } = Math;",
      ...bits,
      ...used.map(([, source]) => source),
      ...this.#functions.values(),
      ...this.#constants,
      [
        `export function ${name}(x: ArrayLike<number>): Float32Array {`,
        `  if (x.length !== ${inputs}) ${refusal}`,
        "  const h0 = Float32Array.from(x);",
        ...this.#body,
        `  return ${result};`,
        "}",
      ].join("\n"),
    ].join("\n\n")}\n`;
  }
}

/** A number, with all its digits, because it is read in double precision. */
function literal(value: number): Code {
  const text = Object.is(value, -0) ? "-0" : String(value);
  return { tightness: text.startsWith("-") ? SUM : atom("").tightness, parts: [text] };
}

/** A function of x: what it uses several times gets a name. */
function functionOf(name: string, result: Code): string {
  const names = new Map<Code, string>();
  const lines = shared(result).map((code, k) => {
    const line = `  const t${k + 1} = ${textOf(code, names)};`;
    names.set(code, `t${k + 1}`);
    return line;
  });
  const last = `  return ${textOf(result, names)};`;
  return [`function ${name}(x: number): number {`, ...lines, last, "}"].join("\n");
}
