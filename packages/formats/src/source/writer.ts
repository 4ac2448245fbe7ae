/** Writes the source of a network in a dialect. Read dialect.ts first. */
import { ArgumentError, type Floats, ValueError } from "@polygrad/tensor";
import { atom, basicArithmetic, type Code, call, fullArithmetic, infix, negative, shared, textOf } from "./code.ts";
import type { Dialect, Operation } from "./dialect.ts";
import type { Doubles, FormulaOf, Kind, Language } from "./language.ts";

/** A source in the making. */
export class Writer implements Language {
  readonly singles: Language["singles"];
  readonly doubles: Doubles;
  readonly #dialect: Dialect;
  readonly #name: string;
  readonly #prefix: string;
  readonly #operations = new Map<string, string>();
  readonly #functions = new Map<string, string>();
  readonly #constants = new Map<string, string>();
  readonly #body: string[] = [];
  #depth = 1;
  #scratch = 0;

  /** @param name that of the function */
  constructor(dialect: Dialect, name: string) {
    this.#dialect = dialect;
    this.#name = name;
    this.#prefix = dialect.prefix(name);
    const quotient = (a: Code, b: Code) =>
      dialect.operations.div === undefined ? infix(a, "/", b) : this.#operation("div", [a, b]);
    const syntax = { equals: dialect.equals, choice: dialect.choice, quotient };
    const number = (kind: "single" | "double") => (value: number) => literal(dialect.number(value, kind));
    const operation = (name: Operation, ...operands: readonly Code[]) => this.#operation(name, operands);
    this.singles = basicArithmetic({
      ...syntax,
      number: number("single"),
      round: dialect.round,
      operation: (...args) => dialect.single(operation(...args)),
    });
    this.doubles = {
      ...fullArithmetic({ ...syntax, number: number("double"), round: (value) => value, operation }),
      rounded: (x) => dialect.widen(dialect.narrow(x)),
      call: (name, formula, x) => call(this.#function(name, formula), x),
    };
  }

  widen(value: Code): Code {
    return this.#dialect.widen(value);
  }

  narrow(value: Code): Code {
    return this.#dialect.narrow(value);
  }

  comment(text: string): void {
    this.#line(this.#dialect.comment(text));
  }

  constants(name: string, values: Floats): string {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0)
      throw new ValueError(`toSource: all numbers must be finite, got ${values[at]} as element ${at} of ${name}`);
    const { longest } = this.#dialect;
    if (values.length > longest)
      throw new ArgumentError(
        `toSource: ${name} has ${values.length} numbers, but arrays in this language have at most ${longest}; ` +
          "write a smaller network, or keep its weights in a texture",
      );
    const own = this.#prefix + name;
    this.#constants.set(own, this.#dialect.constants(own, values));
    return own;
  }

  array(name: string, size: number): string {
    this.#line(this.#dialect.array(name, size));
    this.#scratch += size;
    return name;
  }

  variable(kind: Kind, name: string, value: Code): Code {
    this.#line(this.#dialect.variable(kind, name, textOf(value)));
    return atom(name);
  }

  assign(target: Code, value: Code): void {
    this.#line(this.#dialect.assign(textOf(target), textOf(value)));
  }

  element(array: string, index: string): Code {
    return atom(`${array}[${index}]`);
  }

  loop(name: string, from: string, to: string, step: number, body: () => void): void {
    this.#line(this.#dialect.loop(name, from, to, step));
    this.#depth++;
    body();
    this.#depth--;
    if (this.#dialect.end !== undefined) this.#line(this.#dialect.end);
  }

  continueIf(condition: Code): void {
    this.#line(this.#dialect.continueIf(textOf(condition)));
  }

  least(a: string, b: string): string {
    return this.#dialect.least(a, b);
  }

  /** The array of the inputs. */
  get input(): string {
    return this.#dialect.input;
  }

  /** The whole source: a function from so many inputs to the elements of an array. */
  finish(inputs: number, result: string, outputs: number): string {
    const name = this.#name;
    const sources = [this.#operations, this.#functions, this.#constants];
    if (this.#dialect.isReserved(name) || sources.some((names) => names.has(name)))
      throw new ArgumentError(`toSource: ${name} has another meaning in the source; choose another name`);
    const parts = sources.flatMap((names) => [...names.values()]);
    return this.#dialect.module({ name, inputs, outputs, result, scratch: this.#scratch, parts, body: this.#body });
  }

  #line(text: string): void {
    this.#body.push(`${this.#dialect.indent.repeat(this.#depth)}${text}`);
  }

  #operation(name: Operation, operands: readonly Code[]): Code {
    const builtIn = this.#dialect.builtIn(name, operands);
    if (builtIn !== undefined) return builtIn;
    const own = this.#prefix + name;
    const source = this.#dialect.operations[name];
    if (source === undefined) throw new Error(`a dialect lacks ${name}`);
    this.#operations.set(own, source(this.#prefix));
    return call(own, ...operands);
  }

  /** Writes a function, unless it is there; returns its name. */
  #function(name: string, formula: FormulaOf): string {
    const own = this.#prefix + name;
    if (this.#functions.has(own)) return own;
    const native = this.#dialect.functions[name];
    if (native === undefined) {
      this.#functions.set(own, functionOf(this.#dialect, own, formula(this.doubles, atom("x"))));
      return own;
    }
    for (const other of native.needs ?? []) this.#function(other, formula);
    this.#functions.set(own, native.source(this.#prefix));
    return own;
  }
}

function literal(text: string): Code {
  return text.startsWith("-") ? negative(text) : atom(text);
}

/** A function of x: what it uses several times gets a name. */
function functionOf(dialect: Dialect, name: string, result: Code): string {
  const names = new Map<Code, string>();
  const lines = shared(result).map((code, k) => {
    const line = dialect.variable("double", `t${k + 1}`, textOf(code, names));
    names.set(code, `t${k + 1}`);
    return line;
  });
  return dialect.function(name, lines, textOf(result, names));
}
