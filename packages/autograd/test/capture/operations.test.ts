/** Every operation and its gradients in a captured step: the same bits as without, replayed or not, in any layout. */
import { clone, pin, Tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { capture, gradients, type Variable, variable } from "../../src/index.ts";
import { einsumCases } from "../cases/einsum.ts";
import { elementwiseCases } from "../cases/elementwise.ts";
import { functionCases } from "../cases/functions.ts";
import { fusedCases } from "../cases/fused.ts";
import { joinCases } from "../cases/join.ts";
import { matmulCases } from "../cases/matmul.ts";
import { movementCases } from "../cases/movement.ts";
import { reduceCases } from "../cases/reduce.ts";
import type { Case } from "../differences.ts";

const cases = {
  ...elementwiseCases,
  ...functionCases,
  ...fusedCases,
  ...joinCases,
  ...matmulCases,
  ...movementCases,
  ...reduceCases,
  ...einsumCases,
};
const CALLS = 5;

/** A float32 tensor with the layout of `x`, pinned or not, and a way to write other elements into it. */
function placed(x: Tensor, isPinned: boolean): Tensor {
  const memory = pin(new Tensor(x.storage, [x.storage.length]));
  const { storage } = isPinned ? memory : clone(memory);
  return new Tensor(storage, x.shape, x.strides, x.offset);
}

/** y = f(x), and the gradients of sum(y^2). */
function stepOf({ f, inputs }: Case): (...xs: Tensor[]) => (Tensor | Variable)[] {
  return (...given) => {
    const xs = given.map((x) => variable(x));
    const y = f(...xs);
    if (!y.requiresGrad || inputs.length === 0) return [y];
    const total = y.square().sum();
    const own = xs.filter((x) => dependsOn(total, x));
    return [y.detach(), ...gradients(total, own)];
  };
}

function dependsOn(total: Variable, x: Variable): boolean {
  try {
    gradients(total, [x], { retainGraph: true });
    return true;
  } catch {
    return false;
  }
}

const bits = (results: readonly (Tensor | Variable)[]) =>
  results.map((result) => Array.from(clone(result instanceof Tensor ? result : result.value).data));

const replayed = new Set<string>();

describe("a captured step computes the same bits as the step itself:", () => {
  test.each(Object.entries(cases))("%s", (name, drawn) => {
    const property = fc.property(drawn, fc.boolean(), (each, isPinned) => {
      const [xs, step] = [each.inputs.map((x) => placed(x, isPinned)), stepOf(each)];
      const captured = capture(step);
      for (let k = 0; k < CALLS; k++) {
        // Other elements, but none beyond a kink or a pole.
        for (const x of xs) for (let i = 0; i < x.data.length; i++) x.data[i] *= 1 + 0.001 * k;
        expect(bits(captured(...xs))).toEqual(bits(step(...xs)));
      }
      if (captured.explain() === "captured") replayed.add(name);
    });
    fc.assert(property, { numRuns: 12, seed: 7 });
  });
});

test("all operations are replayed but those that compute in JavaScript", () => {
  expect(Object.keys(cases).filter((name) => !replayed.has(name))).toMatchInlineSnapshot(`
    [
      "sin",
      "cos",
      "tan",
      "erf",
      "gelu",
      "pow",
      "powers",
      "polynomials",
      "gather",
      "scatterAdd",
      "sort",
      "topK",
      "indexSelect",
      "prod",
      "prodOfOthers",
      "variance",
      "std",
      "cumsum",
    ]
  `);
});
