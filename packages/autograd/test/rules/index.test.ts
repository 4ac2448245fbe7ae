/** The tables of random cases leave no operation out. */
import * as tensors from "@polygrad/tensor";
import { expect, test } from "vitest";
import { rules } from "../../src/index.ts";
import { einsumCases } from "../cases/einsum.ts";
import { elementwiseCases } from "../cases/elementwise.ts";
import { functionCases } from "../cases/functions.ts";
import { fusedCases } from "../cases/fused.ts";
import { joinCases } from "../cases/join.ts";
import { matmulCases } from "../cases/matmul.ts";
import { movementCases } from "../cases/movement.ts";
import { reduceCases } from "../cases/reduce.ts";

/** The operations that reach variables; primitive ones have `forward`. A reading, such as argmax, returns none. */
const operations = Object.entries(tensors).filter(
  ([, value]) => typeof value === "function" && "inputs" in value && !("reading" in value),
);
const primitives = operations.filter(([, value]) => "forward" in value);

test("every operation, primitive or composed, is held against central differences", () => {
  const tested = [
    elementwiseCases,
    functionCases,
    reduceCases,
    movementCases,
    matmulCases,
    fusedCases,
    joinCases,
    einsumCases,
  ].flatMap(Object.keys);
  const names = [...operations.map(([name]) => name), "concat", "stack", "einsum"];
  expect(tested.toSorted()).toEqual(names.toSorted());
});

test("the primitive operations, and no others, have rules", () => {
  expect(Object.keys(rules).toSorted()).toEqual([...primitives.map(([name]) => name), "concat"].toSorted());
  // Composed operations: those that say so in design and are measured to need no rule of their own.
  for (const name of ["softmax", "logSoftmax", "logSumExp", "mean", "transpose", "powers", "tan", "sort", "topK"])
    expect(rules).not.toHaveProperty(name);
});
