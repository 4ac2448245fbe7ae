/** How operators are defined, most in a line: by what they compute from their inputs. Read node-reader.ts first. */
import type { Variable } from "@polygrad/autograd";
import type { NodeReader, Operator } from "../node-reader.ts";
import { booleans, type Value } from "../value.ts";

/** What a node computes from its first input and more, of which one that is left out is undefined. */
type Formula = (x: Value, ...more: readonly (Value | undefined)[]) => Value;

/** An operator with so many inputs and one result. `read` takes the attributes. */
export function operator(least: number, most: number, read: (node: NodeReader) => Formula): Operator {
  return (node) => {
    node.takes(least, most);
    const formula = read(node);
    return ([x, ...more]) => [formula(node.given(x), ...more)];
  };
}

/** Of one operand: a value of its kind. */
export function unary(read: (node: NodeReader) => (x: Variable) => Variable): Operator {
  return operator(1, 1, (node) => {
    const compute = read(node);
    return ({ x, kind }) => ({ x: compute(x), kind });
  });
}

/** Of two operands, which broadcast: a value of the kind of the first. */
export function binary(compute: (a: Variable, b: Variable, isInteger: boolean) => Variable): Operator {
  return operator(2, 2, (node) => ({ x, kind }, b) => {
    return { x: compute(x, node.given(b).x, kind === "integer"), kind };
  });
}

/** Of two operands: whether something is so. */
export function comparison(compute: (a: Variable, b: Variable) => Variable): Operator {
  return operator(
    2,
    2,
    (node) =>
      ({ x }, b) =>
        booleans(compute(x, node.given(b).x)),
  );
}

/** Of one operand or more, which broadcast; `finish` gets what all of them gave, and their number. */
export function variadic(
  compute: (a: Variable, b: Variable) => Variable,
  finish: (all: Variable, count: number) => Variable = (all) => all,
): Operator {
  return operator(1, Number.POSITIVE_INFINITY, (node) => ({ x, kind }, ...more) => {
    const all = more.reduce((before, value) => compute(before, node.given(value).x), x);
    return { x: finish(all, 1 + more.length), kind };
  });
}
