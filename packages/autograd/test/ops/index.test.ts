/** The tables of random cases leave no operation out. */
import { expect, test } from "vitest";
import { ops } from "../../src/index.ts";
import { elementwiseCases } from "../cases/elementwise.ts";
import { fusedCases } from "../cases/fused.ts";
import { joinCases } from "../cases/join.ts";
import { linalgCases } from "../cases/linalg.ts";
import { movementCases } from "../cases/movement.ts";
import { reduceCases } from "../cases/reduce.ts";

test("every operation is held against central differences", () => {
  const tested = [elementwiseCases, reduceCases, movementCases, linalgCases, fusedCases, joinCases].flatMap(
    Object.keys,
  );
  expect(tested.toSorted()).toEqual([...Object.keys(ops), "concat", "stack"].toSorted());
});
