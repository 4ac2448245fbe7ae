/** The backward pass: accumulation, seeds, and graphs that are shared, freed, kept, cut off or deep. */
import { normal, ones, Random, type Tensor, tensor, zeros } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GradientError, grad, noGrad, variable } from "../src/index.ts";
import { broadcasting, tensors } from "./arbitraries.ts";
import { listOf } from "./differences.ts";

describe("accumulation", () => {
  test("a second backward adds to what is there", () => {
    const x = variable([1, 2]);
    x.square().sum().backward();
    expect(listOf(x.grad)).toEqual([2, 4]);
    x.mul(10).sum().backward();
    expect(listOf(x.grad)).toEqual([12, 14]);
    x.zeroGrad();
    expect(x.grad).toBeUndefined();
  });

  test("only leaves that require gradients get them", () => {
    const [x, c] = [variable([1, 2]), variable([3, 4]).detach()];
    const y = x.mul(c);
    y.sum().backward();
    expect([x.grad !== undefined, c.grad, y.grad]).toEqual([true, undefined, undefined]);
  });

  test("backward from a leaf gives the leaf the gradient 1", () => {
    const x = variable(3);
    x.backward();
    expect(x.grad?.item()).toBe(1);
  });

  test("every leaf owns its gradient: it is neither the seed nor that of another leaf", () => {
    const [a, b, seed] = [variable([1, 2]), variable([3, 4]), tensor([5, 6])];
    a.add(b).backward(seed);
    const tensors = [a.grad, b.grad, seed].filter((t): t is Tensor => t !== undefined);
    expect(new Set(tensors.map(({ storage }) => storage)).size).toBe(3);
    const [c, d] = [variable([1]), variable([2])];
    const [p, q] = c
      .mul(1)
      .reshape([1, 1])
      .add(d.reshape([1, 1]))
      .split(1);
    expect(q).toBeUndefined();
    p.sum().backward();
    expect(c.grad?.storage).not.toBe(d.grad?.storage);
  });

  test("gradients have the shapes of their leaves, in rows without gaps", () => {
    const property = fc.property(
      broadcasting(2).chain(([a, b]) => fc.tuple(tensors(a), tensors(b))),
      ([a, b]) => {
        const [x, y] = [variable(a), variable(b)];
        x.mul(y).add(x).flip().sum().backward();
        for (const leaf of [x, y]) {
          expect(leaf.grad?.shape).toEqual(leaf.shape);
          expect(leaf.grad?.isContiguous).toBe(true);
        }
      },
    );
    fc.assert(property);
  });
});

describe("seeds", () => {
  test("a result of many elements needs one", () => {
    const x = variable([1, 2, 3]);
    expect(() => x.mul(2).backward()).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: backward: a result of shape [3] needs a seed gradient of that shape; pass one or sum() it]`,
    );
    x.mul(2).backward(tensor([1, 10, 100]));
    expect(listOf(x.grad)).toEqual([2, 20, 200]);
  });

  test("a result of one element needs none, whatever its rank", () => {
    const x = variable([[3]]);
    x.square().backward();
    expect(x.grad?.toArray()).toEqual([[6]]);
  });

  test("a seed has the result's shape, without broadcasting", () => {
    const x = variable([1, 2, 3]);
    expect(() => x.mul(2).backward(ones([1, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: backward: the seed gradient has shape [1, 3], the result [3]; they must agree]`,
    );
    expect(() => x.mul(2).backward(ones([1]))).toThrow(GradientError);
  });

  test("a result that requires no gradients is refused", () => {
    expect(() => variable([1]).detach().mul(2).backward()).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: backward: the result requires no gradients; make an input with variable(), and compute outside noGrad]`,
    );
    expect(() => noGrad(() => variable(1).mul(2)).backward()).toThrow(GradientError);
  });
});

describe("the record", () => {
  test("is freed by backward", () => {
    const x = variable(3);
    const y = x.square();
    y.backward();
    expect(() => y.backward()).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: backward: an earlier backward has used this graph and freed it; keep it with backward(undefined, { retainGraph: true }), or compute the loss again]`,
    );
    expect(() => y.mul(2).backward()).toThrow(GradientError);
    expect(x.grad?.item()).toBe(6);
  });

  test("is kept if asked for", () => {
    const x = variable(3);
    const y = x.square();
    y.backward(undefined, { retainGraph: true });
    y.backward(undefined, { retainGraph: true });
    y.backward();
    expect(x.grad?.item()).toBe(18);
    expect(() => y.backward()).toThrow(GradientError);
  });

  test("of two losses sharing a part is kept by the first, then freed by the second", () => {
    const x = variable(2);
    const shared = x.square();
    const [a, b] = [shared.mul(3), shared.mul(5)];
    a.backward(undefined, { retainGraph: true });
    b.backward();
    expect(x.grad?.item()).toBe(4 * 8);
    expect(() => shared.backward()).toThrow(/an earlier backward has used this graph and freed it/);
  });

  test("does not keep its results, once freed, from being differentiated with respect to", () => {
    const y = variable(3).square();
    y.backward();
    expect(grad((v) => v.square())(y).item()).toBe(18);
  });

  test("is not made of constants", () => {
    expect(variable(1).detach().mul(2).node).toBeUndefined();
    expect(variable(1).detach().mul(2).requiresGrad).toBe(false);
  });
});

describe("shared subgraphs", () => {
  test("a variable used twice collects both gradients", () => {
    const x = variable(3);
    x.mul(x).add(x).backward();
    expect(x.grad?.item()).toBe(7);
  });

  test("a diamond is walked once", () => {
    const x = variable(2);
    const y = x.square();
    const [a, b] = [y.mul(3), y.exp()];
    a.mul(b).backward();
    const e = Math.exp(4);
    expect((x.grad?.item() ?? 0) / (4 * 3 * (e + 4 * e))).toBeCloseTo(1, 6);
  });

  test("forty diamonds on end take no time", () => {
    const x = variable(1);
    let y = x.mul(1);
    for (let i = 0; i < 40; i++) y = y.add(y);
    y.backward();
    expect(x.grad?.item()).toBe(2 ** 40);
  });

  test("a long and a short path to one variable both count, whichever comes first", () => {
    for (const swap of [false, true]) {
      const x = variable(2);
      const [short, long] = [x.mul(3), x.mul(2).mul(2).mul(2)];
      (swap ? long.add(short) : short.add(long)).backward();
      expect(x.grad?.item()).toBe(11);
    }
  });
});

describe("detach and graphs cut off", () => {
  test("a detached variable counts as a constant", () => {
    const x = variable(3);
    x.mul(x.detach()).backward();
    expect(x.grad?.item()).toBe(3);
    expect(x.detach().value).toBe(x.value);
  });

  test("no gradient flows through comparisons", () => {
    const x = variable([1, 2]);
    x.gt(1).sum().backward();
    expect(x.grad).toBeUndefined();
  });
});

describe("depth", () => {
  test("a graph may be 100,000 operations deep", () => {
    const x = variable(1);
    let y = x.mul(1);
    for (let i = 0; i < 100_000; i++) y = i % 2 === 0 ? y.add(1) : y.sub(x);
    y.backward();
    expect(x.grad?.item()).toBe(1 - 50_000);
  });

  test("also where the gradient is recorded", () => {
    const f = (x: ReturnType<typeof variable>) => {
      let y = x;
      for (let i = 0; i < 20_000; i++) y = y.add(1);
      return y.square();
    };
    expect(grad(grad(f))(1).item()).toBe(2);
  });
});

test("backward never touches the values", () => {
  const values = normal([4, 4], new Random(1));
  const before = values.clone();
  const x = variable(values);
  x.matmul(x).softmax().logSumExp().backward();
  x.matmul(zeros([4, 4]))
    .sum()
    .backward();
  expect(values.equals(before)).toBe(true);
});
