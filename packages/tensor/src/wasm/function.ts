/** Builds the body of one WebAssembly function: locals, assignments, stores and counted loops. */
import { type Code, lengthOf, unsigned, vector } from "./encode.ts";
import { type Expr, type Int, i32, int, type ValueType } from "./expression.ts";

/** The binary format's byte for each value type. */
const typeByte: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** A local variable. As an expression it is the value of the variable. */
export interface Local<T extends ValueType> extends Expr<T> {
  readonly index: number;
}

/** The body of a function under construction. Statements are emitted in the order of the calls. */
export class FunctionBuilder {
  readonly #parameters: ValueType[] = [];
  readonly #locals: ValueType[] = [];
  readonly #code: (number | Code)[] = [];

  /** The next parameter. All parameters come before the first local. */
  parameter<T extends ValueType>(type: T): Local<T> {
    if (this.#locals.length > 0) throw new Error("FunctionBuilder: parameters come before locals");
    return this.#declare(this.#parameters, type);
  }

  /** A new local, which is zero at the start of the function. If there is a value, it is assigned here. */
  local<T extends ValueType>(type: T, value?: Expr<T>): Local<T> {
    const local = this.#declare(this.#locals, type);
    if (value !== undefined) this.set(local, value);
    return local;
  }

  /** A new local with the value of an expression, which is thus computed once, however often it is used. */
  let<T extends ValueType>(value: Expr<T>): Local<T> {
    return this.local(value.type, value);
  }

  /** Several new locals of one type. */
  locals<T extends ValueType>(type: T, count: number): Local<T>[] {
    return Array.from({ length: count }, () => this.local(type));
  }

  set<T extends ValueType>(local: Local<T>, value: Expr<T>): void {
    this.#code.push(value.code, 0x21, unsigned(local.index));
  }

  /** `pointer += bytes`. */
  advance(pointer: Local<"i32">, bytes: Int): void {
    this.set(pointer, i32.add(pointer, bytes));
  }

  storeInt(address: Int, offset: number, value: Expr<"i32">): void {
    this.#code.push(int(address).code, value.code, 0x36, 0, unsigned(offset));
  }

  storeByte(address: Int, offset: number, value: Expr<"i32">): void {
    this.#code.push(int(address).code, value.code, 0x3a, 0, unsigned(offset));
  }

  /** Stores the low half of a vector (0) or the high half (1), eight bytes. */
  storeHalf(address: Int, offset: number, value: Expr<"v128">, half: 0 | 1): void {
    this.#code.push(int(address).code, value.code, 0xfd, 0x5b, 0, unsigned(offset), half);
  }

  /** Stores the first `lanes` float32 lanes of a vector: 4 is one plain store. */
  storeVector(address: Int, offset: number, value: Expr<"v128">, lanes = 4): void {
    if (lanes === 4) {
      this.#code.push(int(address).code, value.code, 0xfd, 0x0b, 0, unsigned(offset));
      return;
    }
    const held = this.let(value);
    if (lanes >= 2) this.storeHalf(address, offset, held, 0);
    if (lanes % 2 === 1) this.storeLane(address, offset + 4 * (lanes - 1), held, lanes - 1);
  }

  /** Stores one float32 lane of a vector. */
  storeLane(address: Int, offset: number, value: Expr<"v128">, lane: number): void {
    this.#code.push(int(address).code, value.code, 0xfd, 0x5a, 0, unsigned(offset), lane);
  }

  storeFloat(address: Int, offset: number, value: Expr<"f32">): void {
    this.#code.push(int(address).code, value.code, 0x38, 0, unsigned(offset));
  }

  /**
   * `for (i = from; i < to; i += step) body()`. The test is at the bottom of the loop, after one test at the top, so
   * that each iteration costs a single branch.
   */
  for(i: Local<"i32">, from: Int, to: Int, step: Int, body: () => void): void {
    this.set(i, int(from));
    this.if(i32.lt(i, to), () => {
      this.#code.push(0x03, 0x40);
      body();
      this.advance(i, step);
      this.#code.push(i32.lt(i, to).code, 0x0d, 0, 0x0b);
    });
  }

  if(condition: Expr<"i32">, then: () => void): void {
    this.#code.push(condition.code, 0x04, 0x40);
    then();
    this.#code.push(0x0b);
  }

  /** The function's type: its parameters. It returns nothing. */
  signature(): Code {
    return [0x60, vector(this.#parameters.map((type) => [typeByte[type]])), 0];
  }

  /** The function's code: its locals, its statements, `end`. */
  body(): Code {
    const content = [vector(this.#locals.map((type) => [1, typeByte[type]])), this.#code, 0x0b];
    return [unsigned(lengthOf(content)), content];
  }

  #declare<T extends ValueType>(list: ValueType[], type: T): Local<T> {
    const index = this.#parameters.length + this.#locals.length;
    list.push(type);
    return { type, index, code: [0x20, ...unsigned(index)] };
  }
}
