/** Stale graphs: what was overwritten between the forward and the backward pass is refused, or does not matter. */
import { arange, assign, clone, ones, pinned, type Tensor, tensor, updateInPlace, zeros } from "@polygrad/tensor";
import { Workspace } from "@polygrad/tensor/internal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { custom, GradientError, gradients, noGrad, type Variable, variable } from "../src/index.ts";
import { einsumCases } from "./cases/einsum.ts";
import { elementwiseCases } from "./cases/elementwise.ts";
import { functionCases } from "./cases/functions.ts";
import { fusedCases } from "./cases/fused.ts";
import { joinCases } from "./cases/join.ts";
import { matmulCases } from "./cases/matmul.ts";
import { movementCases } from "./cases/movement.ts";
import { reduceCases } from "./cases/reduce.ts";
import { type Case, type Cases, listOf } from "./differences.ts";

const all: Cases = {
  ...elementwiseCases,
  ...functionCases,
  ...reduceCases,
  ...movementCases,
  ...matmulCases,
  ...fusedCases,
  ...joinCases,
  ...einsumCases,
};

/**
 * The gradients of a case, where `disturb` runs after the forward pass; undefined if the backward pass refuses. If
 * they are recorded, fused operations take the way through their composite.
 */
function gradientsOf({ f, inputs }: Case, recorded: boolean, disturb: (xs: readonly Variable[], y: Variable) => void) {
  const xs = inputs.map((x) => variable(clone(x)));
  const y = f(...xs);
  if (!y.requiresGrad) return [];
  const weights = y.value.mul(0).add(arange(0, y.size).add(1).reshape(y.shape));
  disturb(xs, y);
  try {
    if (!recorded) y.backward(weights);
    return xs.map((x) => listOf(recorded ? recordedGradient(y, x, weights) : x.grad));
  } catch (error) {
    expect(error).toBeInstanceOf(GradientError);
    expect(String(error)).toMatch(/^GradientError: backward: the gradient of \w+ depends on its .* assign has/);
    return undefined;
  }
}

function recordedGradient(y: Variable, x: Variable, seed: Tensor): Variable | undefined {
  try {
    return gradients(y, [x], { seed, createGraph: true })[0];
  } catch (error) {
    if (String(error).includes("does not depend on")) return undefined;
    throw error;
  }
}

describe("every operation: after an operand or the result is overwritten, backward refuses, or is not affected", () => {
  test.each(Object.keys(all))("%s", (name) => {
    fc.assert(
      fc.property(all[name], fc.nat(), fc.boolean(), (one, pick, recorded) => {
        const wanted = gradientsOf(one, recorded, () => {});
        const overwrite = (x: Tensor) => x.size > 0 && assign(x, clone(x).mul(0.5).add(0.25));
        const found = gradientsOf(one, recorded, (xs) => overwrite(xs[pick % xs.length].value));
        if (found !== undefined) expect(found).toEqual(wanted);
        const after = gradientsOf(one, recorded, (_, y) => y.value.isDense && overwrite(y.value));
        if (after !== undefined) expect(after).toEqual(wanted);
      }),
      { numRuns: 25 },
    );
  });
});

describe("only what the gradient is computed from counts", () => {
  const [a, b, c] = [tensor([1, 2]), tensor([3, 4]), tensor([5, 6])].map((x) => [x.clone(), x] as const);
  const fresh = () => [a, b, c].map(([, x]) => variable(x.clone()));
  /** Overwrites one of three variables after `f`, and returns the error of `backward`, or "computed". */
  const outcome = (f: (x: Variable, y: Variable, z: Variable) => Variable, overwritten: number): string => {
    const xs = fresh();
    const result = f(xs[0], xs[1], xs[2]).sum();
    assign(xs[overwritten].value, tensor([9, 9]));
    try {
      result.backward();
      return "computed";
    } catch (error) {
      return String(error);
    }
  };

  test("of sums and views only the shapes", () => {
    for (const k of [0, 1, 2]) {
      expect(outcome((x, y, z) => x.add(y).sub(z), k)).toBe("computed");
      expect(outcome((x, y, z) => x.reshape(2, 1).flip(0).flatten().add(y.unsqueeze(0)).add(z.mean()), k)).toBe(
        "computed",
      );
    }
  });

  test("of a product the other factor", () => {
    const message = (k: number) =>
      `GradientError: backward: the gradient of mul depends on its operand ${k} of shape [2], ` +
      "which assign has overwritten since; call backward() before that, or compute the result again";
    expect(outcome((x, y) => x.mul(y), 0)).toBe(message(1));
    expect(outcome((x, y) => x.mul(y), 1)).toBe(message(2));
    expect(outcome((x, y) => x.detach().mul(y), 1)).toBe("computed");
    expect(outcome((x, y) => x.mul(y.detach()), 0)).toBe("computed");
    expect(outcome((x, y) => x.detach().mul(y), 0)).toBe(message(1));
  });

  test("of exp the result, not the operand", () => {
    expect(outcome((x) => x.exp(), 0)).toBe("computed");
    const x = variable([1, 2]);
    const y = x.exp();
    const z = y.sum();
    assign(y.value, tensor([0, 0]));
    expect(() => z.backward()).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: backward: the gradient of exp depends on its result of shape [2], which assign has overwritten since; call backward() before that, or compute the result again]`,
    );
  });

  test("of a linear layer not the bias; the weight only where the input wants a gradient", () => {
    const after = (overwritten: 0 | 1 | 2, inputWants: boolean, relu = false): Error | undefined => {
      const xs = [variable(ones([3, 2])), variable(ones([4, 2])), variable(ones(4))] as const;
      const result = (inputWants ? xs[0] : xs[0].detach()).linear(xs[1], xs[2], relu).sum();
      assign(xs[overwritten].value, tensor(7));
      return caught(() => result.backward());
    };
    expect([after(2, true), after(2, true, true), after(1, false)]).toEqual([undefined, undefined, undefined]);
    expect([after(0, true), after(0, false), after(1, true)].map(String)).toEqual(
      [1, 1, 2].map((k) => expect.stringContaining(`the gradient of linear depends on its operand ${k} of shape`)),
    );
  });

  test("of layer normalisation neither the bias nor the result", () => {
    const [x, weight, bias] = [variable([[1, 3]]), variable([2, 5]), variable([0, 0])];
    const y = x.layerNorm(weight, bias);
    const loss = y.sum();
    for (const { value } of [bias, y]) assign(value, tensor(9));
    loss.backward();
    // Normalised, 1 and 3 are -1 and 1 but for epsilon.
    expect([listOf(weight.grad).map(Math.round), listOf(bias.grad)]).toEqual([
      [-1, 1],
      [1, 1],
    ]);
  });

  test("of a vector in a matrix product only the other operand", () => {
    const [v, m] = [
      variable([1, 2]),
      variable([
        [1, 2],
        [3, 4],
      ]),
    ];
    const y = v.matmul(m.detach()).sum();
    assign(v.value, tensor(0));
    y.backward();
    expect(listOf(v.grad)).toEqual([3, 7]);
  });
});

function caught(body: () => void): Error | undefined {
  try {
    body();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

describe("what counts as overwriting", () => {
  const stale = (overwrite: (x: Tensor) => unknown): string => {
    const [x, w] = [variable(pinned([4])), variable(ones(4))];
    const y = x.mul(w).sum();
    overwrite(x.value);
    return String(caught(() => y.backward()));
  };
  const by = (writer: string) => expect.stringContaining(`which ${writer} has overwritten since`);

  test("assign, also through a view, and updateInPlace", () => {
    expect(stale((x) => assign(x, ones(4)))).toEqual(by("assign"));
    expect(stale((x) => assign(x.reshape(2, 2).transpose().slice(0, 1), tensor(1)))).toEqual(by("assign"));
    expect(
      stale((x) =>
        updateInPlace(
          { name: "add gradient", states: 0, scalars: 0, rule: (m, [p], g) => [m.add(p, g)] },
          x,
          ones(4),
          [],
          [],
        ),
      ),
    ).toEqual(by("add gradient"));
  });

  test("another value in the same variable", () => {
    const [x, w] = [variable([1, 2]), variable([3, 4])];
    const y = x.mul(w).sum();
    w.value = tensor([5, 6]);
    expect(() => y.backward()).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: backward: the gradient of mul depends on its operand 2 of shape [2], which has been replaced since; call backward() before that, or compute the result again]`,
    );
  });

  test("a later run of the workspace", () => {
    const workspace = new Workspace();
    const w = variable(pinned([8, 8]));
    const step = () => workspace.run(() => w.matmul(w).exp().sum());
    step(); // the first run finds out how much memory it needs
    const y = step();
    step();
    expect(() => y.backward()).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: backward: the gradient of exp depends on its result of shape [8, 8], which a later run of the workspace has overwritten since; call backward() before that, or compute the result again]`,
    );
  });

  test("the gradient that a later backward writes into its home", () => {
    const w = variable(pinned([2]));
    w.mul(3).sum().backward();
    const penalty = w.mul(w.grad ?? 0).sum();
    w.grad = undefined;
    w.matmul(ones([2, 2]))
      .sum()
      .backward();
    expect(String(caught(() => penalty.backward()))).toMatch(/overwritten since|undefined/);
  });

  test("not what lies next to it in the same block, if it is a part of its own", () => {
    const [x, w] = [variable(ones(4)), variable(ones(4))];
    const y = x.mul(w).sum();
    assign(variable(zeros(4)).value, ones(4));
    y.backward();
    expect(listOf(x.grad)).toEqual([1, 1, 1, 1]);
  });

  test("not a write through data, which cannot be seen", () => {
    const [x, w] = [variable([1, 2]), variable([3, 4])];
    const y = x.mul(w).sum();
    w.value.data[0] = 100;
    y.backward();
    expect(listOf(x.grad)).toEqual([100, 4]);
  });

  test("for a custom operation, what its rules read", () => {
    const cube = custom<[Variable]>({
      name: "cube",
      forward: (x) => x.mul(x).mul(x),
      vjp: [(g, _y, x) => g.mul(x.square()).mul(3)],
    });
    const x = variable([1, 2]);
    const y = cube(x).sum();
    assign(x.value, tensor([2, 1]));
    expect(() => y.backward()).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: backward: the gradient of cube depends on its operand of shape [2], which assign has overwritten since; call backward() before that, or compute the result again]`,
    );
  });
});

describe("orders that are right", () => {
  test("accumulation: several graphs, each used before the step", () => {
    const w = variable([2]);
    for (const x of [1, 2, 3]) w.mul(x).square().sum().backward();
    noGrad(() => assign(w.value, w.value.sub(0.01)));
    expect(listOf(w.grad)).toEqual([2 * 2 * (1 + 4 + 9)]);
  });

  test("two graphs of one weight: both backward passes, then the step", () => {
    const [w, x] = [variable([2]), variable([3])];
    const [first, second] = [x.mul(w).sum(), w.square().sum()];
    second.backward();
    first.backward();
    assign(w.value, tensor([0]));
    expect([listOf(x.grad), listOf(w.grad)]).toEqual([[2], [7]]);
  });

  test("a step between the two is refused, where the gradient of the other would be wrong", () => {
    const [w, x] = [variable([2]), variable([3])];
    const [first, second] = [x.mul(w).sum(), w.square().sum()];
    second.backward();
    assign(w.value, w.value.sub(1));
    expect(() => first.backward()).toThrow(GradientError);
    expect(x.grad).toBeUndefined();
  });
});
