/** Shapes and sizes at the edges of what is allowed, with the results written out. */
import * as polygrad from "polygrad";
import { type NestedArray, Random, type Tensor, tensor, zeros } from "polygrad";
import { expect, test } from "vitest";

const matrix = () =>
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
const infinity = Number.POSITIVE_INFINITY;

test("shapes in every form", () => {
  const x = matrix();
  const forms: readonly [Tensor, NestedArray][] = [
    [
      x.reshape(3, 2),
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ],
    [
      x.reshape([3, 2]),
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ],
    [x.reshape(-1), [1, 2, 3, 4, 5, 6]],
    [x.reshape(1, -1, 1), [[[1], [2], [3], [4], [5], [6]]]],
    [
      x.permute(1, 0),
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
    [
      x.permute([-1, -2]),
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
    [tensor([1]).expand(2, -1), [[1], [1]]],
    [tensor(1).reshape([]), 1],
    [tensor([1]).reshape([]), 1],
    [tensor(5).flatten(), [5]],
    [tensor(5).broadcastTo(2), [5, 5]],
    [tensor([[5]]).squeeze(), 5],
    [tensor([[5]]).squeeze([]), [[5]]],
    [tensor(5).unsqueeze(-1), [5]],
    [x.select(-1, -1), [3, 6]],
    [
      x.flip([]),
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      x.split(2 ** 40)[0],
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      x.split([0, 2])[1],
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [x.topK(0), [[], []]],
    [
      x.powers(0),
      [
        [[1], [1], [1]],
        [[1], [1], [1]],
      ],
    ],
    [x.indexSelect(-1, []), [[], []]],
    [
      x.clamp(undefined, 2),
      [
        [1, 2, 2],
        [2, 2, 2],
      ],
    ],
    [
      x.pad(
        [
          [0, 0],
          [0, 0],
        ],
        undefined,
      ),
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [x.sumTo([]), 21],
  ];
  for (const [got, wanted] of forms) expect(got.toArray()).toEqual(wanted);
});

test("tensors of no elements and of one", () => {
  const made: readonly [Tensor, readonly number[], NestedArray][] = [
    [zeros(3), [3], [0, 0, 0]],
    [zeros(0), [0], []],
    [zeros(-0), [0], []],
    [zeros([0, 2]).reshape(-0), [0], []],
    [zeros([1]).broadcastTo(-0), [0], []],
    [tensor([], [-0]), [0], []],
    [matrix().topK(-0), [2, 0], [[], []]],
    [zeros([]), [], 0],
    [zeros([2, 0, 2 ** 31]), [2, 0, 2 ** 31], [[], []]],
    [tensor([]), [0], []],
    [tensor([[], []]), [2, 0], [[], []]],
    [tensor(-0), [], -0],
    [tensor([Number.NaN]), [1], [Number.NaN]],
    [polygrad.arange(0), [0], []],
    [polygrad.arange(3, 0), [0], []],
    [polygrad.arange(3, 0, -2), [2], [3, 1]],
    [polygrad.arange(2, { dtype: "float64" }), [2], [0, 1]],
    [polygrad.linspace(1, 2, -0), [0], []],
    [polygrad.linspace(1, 2, 1), [1], [1]],
    [polygrad.eye(0), [0, 0], []],
    [polygrad.eye(1, 2), [1, 2], [[1, 0]]],
    [polygrad.oneHot([], 2), [0, 2], []],
    [polygrad.full([1], infinity), [1], [infinity]],
    [polygrad.bernoulli(2, new Random(0), 0), [2], [0, 0]],
    [polygrad.bernoulli(2, new Random(0), 1), [2], [1, 1]],
    [polygrad.concat([zeros([0, 2]), tensor([[1, 2]])]), [1, 2], [[1, 2]]],
    [polygrad.stack([tensor(1)], -1), [1], [1]],
    [polygrad.einsum("ij->", matrix()), [], 21],
  ];
  for (const [got, shape, wanted] of made) {
    expect(got.shape).toEqual(shape);
    expect(got.toArray()).toEqual(wanted);
  }
});
