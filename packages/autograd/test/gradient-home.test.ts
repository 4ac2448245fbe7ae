/** The home of a gradient: leaves have memory for theirs, operations write into it, and the bits are the same. */
import { normal, ones, pinned, Random, type Tensor, tensor, zeros } from "@polygrad/tensor";
import type { Destinations } from "@polygrad/tensor/internal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  constant,
  type Fused,
  grad,
  hessian,
  jacobian,
  noGrad,
  rules,
  type Variable,
  valueAndGrad,
  variable,
  vjp,
} from "../src/index.ts";
import { apply } from "../src/record.ts";
import { listOf } from "./differences.ts";

const draw = (shape: readonly number[], seed: number): Tensor => normal(shape, new Random(seed));

/** The places a gradient can have: a tensor of that shape, filled with what must not stay. */
const places: Readonly<Record<string, (shape: readonly number[]) => Tensor>> = {
  pinned: (shape) => pinned(shape),
  ordinary: (shape) => zeros(shape),
  "axes reversed in memory": (shape) => pinned(shape.toReversed()).permute(shape.map((_, axis) => -1 - axis)),
  "polynomial's": (shape) =>
    shape.length === 3 ? pinned([shape[0], shape[2], shape[1]]).permute([0, 2, 1]) : pinned(shape),
  "in the middle of others": (shape) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return pinned([size + 7])
      .slice(0, 3, size + 3)
      .reshape(shape);
  },
};

type Graph = (...leaves: Variable[]) => Variable;

const x = draw([9, 6], 1);
const square = draw([6, 6], 2);

/** Graphs over leaves of these shapes, among them all that use a leaf more than once. */
const graphs: Readonly<Record<string, readonly [Graph, ...(readonly number[])[]]>> = {
  "polynomial layers": [(a, b) => constant(x).polynomial(a).polynomial(b).square(), [4, 6, 4], [3, 4, 3]],
  "linear layers": [(a, b, c, d) => constant(x).linear(a, b).tanh().linear(c, d), [8, 6], [8], [70, 8], [70]],
  "a layer and its norm": [(a, b, c) => constant(x).polynomial(a).layerNorm(b, c, 1e-5), [5, 6, 3], [5], [5]],
  "one layer twice": [(a) => constant(x).polynomial(a).polynomial(a), [6, 6, 3]],
  "one layer on two inputs": [(a) => constant(x).polynomial(a).add(constant(x.square()).polynomial(a)), [6, 6, 3]],
  "a layer and a penalty": [(a) => constant(x).polynomial(a).square().sum().add(a.square().sum()), [4, 6, 4]],
  "a penalty and a layer": [(a) => a.square().sum().add(constant(x).polynomial(a).square().sum()), [4, 6, 4]],
  "input and weight of one operation": [(a) => a.linear(a, zeros([6])), [6, 6]],
  "both factors": [(a) => a.matmul(a).mul(a), [6, 6]],
  "the same gradient for two": [(a, b) => a.add(b), [6, 6], [6, 6]],
  broadcasting: [(a, b, c) => constant(x).mul(a).add(b).mul(c), [6], [9, 1], []],
  views: [(a, b) => a.transpose().slice(0, 1).matmul(b.flip()), [6, 5], [6, 2]],
  "a leaf that nothing reaches": [(a, b) => a.mul(b.detach()), [6, 6], [6, 6]],
};

const names = fc.constantFrom(...Object.keys(places));

describe.each(Object.entries(graphs))("%s", (_, [graph, ...shapes]) => {
  const leaves = () => shapes.map((shape, k) => variable(draw(shape, 10 + k)));
  const seed = (y: Variable, k: number) => draw(y.shape, 20 + k);

  test("gradients lie in their buffers, once and added up, with the bits they have elsewhere", () => {
    fc.assert(
      fc.property(fc.array(names, { minLength: 4, maxLength: 4 }), (chosen) => {
        const [own, plain] = [leaves(), leaves()];
        for (const [k, leaf] of own.entries()) leaf.gradBuffer = places[chosen[k]](leaf.shape);
        for (let round = 0; round < 3; round++) {
          for (const all of [own, plain]) {
            const y = graph(...all);
            y.backward(seed(y, round), { retainGraph: true });
            if (round === 1) y.backward(seed(y, 9));
          }
          for (const [k, { grad: gradient, gradBuffer }] of own.entries()) {
            const wanted = plain[k].grad;
            expect(gradient).toBe(wanted && gradBuffer);
            if (wanted !== undefined) expect(gradient?.equals(wanted)).toBe(true);
          }
        }
      }),
      { numRuns: 8 },
    );
  });

  test("transforms leave buffers and grad alone", () => {
    const own = leaves();
    for (const leaf of own) leaf.gradBuffer = pinned(leaf.shape);
    const f = (...all: Variable[]) =>
      graph(...all)
        .square()
        .sum();
    grad(
      f,
      own.map((_, k) => k),
    )(...own);
    grad(() => f(...own).add(own[0].sum()))(own[0]);
    valueAndGrad(f)(...own);
    vjp(f, ...own);
    for (const { grad: gradient, gradBuffer } of own) {
      expect(gradient).toBeUndefined();
      expect(gradBuffer?.data.every((value) => value === 0)).toBe(true);
    }
  });
});

describe("a leaf's buffer", () => {
  const layer = (w: Variable) => constant(x).polynomial(w).square().sum();

  test("is written over by the first backward after zeroGrad, and added to by others", () => {
    const w = variable(draw([4, 6, 3], 5));
    w.gradBuffer = pinned(w.shape);
    layer(w).backward();
    const [held, once] = [w.grad, w.grad?.clone() ?? zeros([])];
    layer(w).backward();
    expect(w.grad?.equals(once.mul(2))).toBe(true);
    w.zeroGrad();
    expect(held?.equals(once.mul(2))).toBe(true);
    layer(w).mul(3).backward();
    expect([w.grad === held, w.grad === w.gradBuffer]).toEqual([true, true]);
    expect(held?.allClose(once.mul(3))).toBe(true);
  });

  test("takes over from a gradient that was put elsewhere: by assignment, or before there was a buffer", () => {
    const w = variable([1, 2]);
    w.mul(3).sum().backward();
    const before = w.grad;
    w.gradBuffer = pinned([2]);
    w.mul(4).sum().backward();
    expect([listOf(w.grad), w.grad === w.gradBuffer, listOf(before)]).toEqual([[7, 7], true, [3, 3]]);
    w.grad = tensor([10, 20]);
    w.mul(4).sum().backward();
    expect([listOf(w.grad), w.grad === w.gradBuffer]).toEqual([[14, 24], true]);
  });

  test("takes the seed itself where the leaf is the root", () => {
    const [w, seed] = [variable([1, 2]), tensor([3, 4])];
    w.gradBuffer = pinned([2]);
    w.backward(seed);
    expect([listOf(w.grad), w.grad === w.gradBuffer]).toEqual([[3, 4], true]);
    w.backward(seed);
    expect([listOf(w.grad), listOf(seed)]).toEqual([
      [6, 8],
      [3, 4],
    ]);
  });

  test("is left alone without a gradient, and around it", () => {
    const [w, unused] = [variable(draw([2, 3, 2], 6)), variable([1])];
    const whole = pinned([30]);
    w.gradBuffer = whole.slice(0, 4, 16).reshape([2, 2, 3]).permute([0, 2, 1]);
    unused.gradBuffer = whole.slice(0, 20, 21);
    const y = ones([1, 3]);
    constant(y).polynomial(w).add(unused.detach()).sum().backward();
    expect([w.grad === w.gradBuffer, unused.grad]).toEqual([true, undefined]);
    expect([...whole.data]).toEqual([...new Array(4).fill(0), ...new Array(12).fill(1), ...new Array(14).fill(0)]);
  });

  test("has the leaf's shape", () => {
    const w = variable(draw([4, 6, 3], 5));
    w.gradBuffer = pinned([4, 6, 2]);
    expect(() => layer(w).backward()).toThrowErrorMatchingInlineSnapshot(
      `[GradientError: backward: a leaf of shape [4, 6, 3] has a gradBuffer of shape [4, 6, 2]; they must agree]`,
    );
    expect(w.gradBuffer.data.every((value) => value === 0)).toBe(true);
  });

  test("may be the seed of the next backward, or what the seed is a view of", () => {
    const values = [
      [1, 2],
      [3, 4],
    ];
    const uses: Readonly<Record<string, (w: Variable, other: Variable) => Variable>> = {
      itself: (w) => w.mul(1),
      transposed: (w) => w.transpose(),
      flipped: (w) => w.flip(),
      "in a layer": (w, other) => other.linear(w, zeros([2])).add(w.mul(other)),
      "in two layers": (w, other) =>
        constant(square.slice(0, 0, 2).slice(1, 0, 2))
          .linear(w, zeros([2]))
          .linear(other, zeros([2])),
      "for two": (w, other) => w.mul(other).add(w).add(other),
    };
    for (const [name, use] of Object.entries(uses))
      for (const view of [(g: Tensor) => g, (g: Tensor) => g.transpose(), (g: Tensor) => g.flip(0)]) {
        const leaves = [
          variable(values),
          variable([
            [5, 6],
            [7, 8],
          ]),
        ] as const;
        const plain = [
          variable(values),
          variable([
            [5, 6],
            [7, 8],
          ]),
        ] as const;
        const seed = tensor([
          [10, 20],
          [30, 50],
        ]);
        const both = pinned([2, 2, 2]);
        for (const [k, leaf] of leaves.entries()) leaf.gradBuffer = both.select(0, k);
        for (const k of [0, 1]) {
          both.data.set(seed.data, 4 * k);
          for (const leaf of [...leaves, ...plain]) leaf.zeroGrad();
          use(...plain).backward(view(seed));
          use(...leaves).backward(view(both.select(0, k)));
          for (const [j, { grad: gradient }] of leaves.entries())
            expect(gradient?.toArray(), `${name}, leaf ${j}, seed in ${k}`).toEqual(plain[j].grad?.toArray());
        }
      }
  });
});

describe("the destinations that operations are given", () => {
  const given: Destinations[] = [];
  const operation = { name: "spied", inputs: 2, forward: (a: Tensor, b: Tensor) => a.add(b) };
  /** a + b, which notes where its gradients are wanted. */
  const spying: Fused<[Variable, Variable]> = {
    backward: (destinations, g) => {
      given.push(destinations);
      return [g, g];
    },
    composite: (a, b) => a.add(b),
    reads: () => [false, false, false],
  };
  const spied = (a: Variable, b: Variable) => apply(operation, spying, [a, b]);
  const withBuffer = () => {
    const leaf = variable([1, 2]);
    leaf.gradBuffer = pinned([2]);
    return leaf;
  };
  /** For each operation and input: the tensor that the gradient is wanted in, "wanted", or "not wanted". */
  const destinationsBy = (y: Variable) => {
    given.length = 0;
    y.sum().backward();
    const what = (destination: Destinations[number]) =>
      destination === undefined ? "not wanted" : (destination.into ?? "wanted");
    return given.splice(0).map((destinations) => destinations.map(what));
  };
  /** Identity, not equality: another tensor of the same elements will not do. */
  const expectDestinations = (y: Variable, wanted: readonly (readonly (Tensor | string | undefined)[])[]) => {
    const found = destinationsBy(y);
    expect(found.map((row) => row.length)).toEqual(wanted.map((row) => row.length));
    for (const [i, row] of wanted.entries())
      for (const [k, place] of row.entries()) expect(found[i][k], `operation ${i}, input ${k}`).toBe(place);
  };

  test("are the buffer of a leaf that has no gradient yet; else only whether one is wanted", () => {
    const [a, b, c] = [withBuffer(), variable([3, 4]), constant(tensor([5, 6]))];
    expectDestinations(spied(a, b), [[a.gradBuffer, "wanted"]]);
    expectDestinations(spied(a, c), [["wanted", "not wanted"]]);
    a.zeroGrad();
    expectDestinations(spied(c, a), [["not wanted", a.gradBuffer]]);
    const result = a.mul(2);
    result.gradBuffer = pinned([2]);
    expectDestinations(spied(result, b), [["wanted", "wanted"]]);
    expect(result.grad).toBeUndefined();
  });

  test("give a leaf's buffer only to the first that uses the leaf", () => {
    const a = withBuffer();
    expectDestinations(spied(a, a), [[a.gradBuffer, "wanted"]]);
    expect(listOf(a.grad)).toEqual([2, 2]);
    a.zeroGrad();
    // The backward pass begins with the last operation.
    expectDestinations(spied(spied(constant(1), a), a), [
      ["wanted", a.gradBuffer],
      ["not wanted", "wanted"],
    ]);
    expect(listOf(a.grad)).toEqual([2, 2]);
    a.zeroGrad();
    expectDestinations(spied(a, constant(1)).add(a.mul(2)), [["wanted", "not wanted"]]);
    expect(listOf(a.grad)).toEqual([3, 3]);
  });

  test("of transforms name no tensor", () => {
    const a = withBuffer();
    given.length = 0;
    const seen = noGrad(() => grad((v) => spied(v, a).sum())(a));
    expect(listOf(seen.value)).toEqual([1, 1]);
    expect(jacobian((v) => spied(v, v))(a).value.toArray()).toEqual([
      [2, 0],
      [0, 2],
    ]);
    expect(hessian((v) => spied(v, v).square().sum())(a).value.toArray()).toEqual([
      [8, 0],
      [0, 8],
    ]);
    expect(given.length).toBeGreaterThan(0);
    expect(given.flat().every((destination) => destination?.into === undefined)).toBe(true);
    expect(a.gradBuffer?.data.every((value) => value === 0)).toBe(true);
  });
});

describe("an operation that is asked to write into a tensor returns that very tensor", () => {
  const [batch, inputs, outputs] = [9, 6, 5];
  const [input, gx, gy] = [draw([batch, inputs], 1), draw([batch, inputs], 2), draw([batch, outputs], 3)];
  const matrix = draw([outputs, inputs], 4);
  const bias = zeros([outputs]);
  const backwards = {
    linear: {
      shape: [outputs, inputs],
      run: (d: Destinations) => rules.linear.backward(d, gy, gy, input, matrix, bias),
    },
    polynomial: {
      shape: [outputs, inputs, 4],
      run: (d: Destinations) => rules.polynomial.backward(d, gy, gy, input, draw([outputs, inputs, 4], 5)),
    },
    elementwisePolynomial: {
      shape: [inputs, 4],
      run: (d: Destinations) => rules.elementwisePolynomial.backward(d, gx, gx, input, draw([inputs, 4], 6)),
    },
  };

  describe.each(Object.entries(backwards))("%s", (_, { shape, run }) => {
    test.each(Object.keys(places))("%s", (name) => {
      const into = places[name](shape);
      const [wanted] = run([undefined, {}]).slice(1);
      const [nothing, found] = run([undefined, { into }]);
      expect(nothing).toBeUndefined();
      expect(found).toBe(into);
      expect(wanted).not.toBe(into);
      expect(wanted && into.equals(wanted)).toBe(true);
    });
  });
});

describe("a pinned leaf", () => {
  const weight = () =>
    variable(
      pinned([5, 4, 6])
        .permute([0, 2, 1])
        .assign(draw([5, 6, 4], 7)),
    );
  const loss = (w: Variable) => constant(x).polynomial(w).square().sum();

  test("has its gradient in pinned memory of its own, in its order in memory, at the same place every step", () => {
    const w = weight();
    expect(w.gradBuffer).toBeUndefined();
    const homes = new Set<Tensor | undefined>();
    for (let step = 0; step < 3; step++) {
      w.zeroGrad();
      loss(w).backward();
      expect(w.grad).toBe(w.gradBuffer);
      homes.add(w.grad);
    }
    expect(homes.size).toBe(1);
    expect(w.grad?.storage.address).toBeDefined();
    expect(w.grad?.storage).not.toBe(w.value.storage);
    expect([w.grad?.shape, w.grad?.strides]).toEqual([w.value.shape, w.value.strides]);
  });

  test("has the bits that an ordinary leaf has, once, accumulated, and when used twice", () => {
    const uses: readonly ((w: Variable) => Variable)[] = [
      loss,
      (w) => loss(w).add(loss(w.mul(2))),
      (w) => w.mul(w).sum(),
    ];
    for (const use of uses) {
      const w = weight();
      const plain = variable(w.value.clone());
      for (let round = 1; round <= 2; round++) {
        for (const leaf of [w, plain]) use(leaf).backward();
        expect(w.grad).toBe(w.gradBuffer);
        expect(plain.grad && w.grad?.equals(plain.grad)).toBe(true);
      }
    }
  });

  test("keeps the buffer that it is given", () => {
    const w = weight();
    const own = pinned(w.shape);
    w.gradBuffer = own;
    loss(w).backward();
    expect([w.grad === own, w.gradBuffer === own]).toEqual([true, true]);
  });
});

test("leaves that are not pinned own ordinary gradients, fresh for every step", () => {
  const leaves = [variable([1, 2]), variable(Float64Array.of(1, 2))];
  for (const w of leaves) {
    w.square().sum().backward();
    const first = w.grad;
    w.zeroGrad();
    w.mul(3).sum().backward();
    expect([w.gradBuffer, w.grad?.storage.address, first?.storage === w.grad?.storage]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    expect([listOf(first), listOf(w.grad)]).toEqual([
      [2, 4],
      [3, 3],
    ]);
    expect(w.grad?.data.constructor).toBe(w.value.data.constructor);
  }
});
