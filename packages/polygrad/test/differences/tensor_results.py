"""What PyTorch and NumPy give in the rows about tensors of the table "Where we differ" of docs/pytorch.md, by row."""

import warnings

import numpy as np
import torch
from torch.nn import functional as F

from inputs import ABSENT, a32, inf, nan, t


def parts(largest):
    """What the largest elements along an axis come with."""
    return "values, indices" if hasattr(largest, "indices") else "values"


def sum_of_three():
    return 2.0**24, 1.0, 1.0


def softmax_axis():
    """The axis along which the softmax of [2, 3, 4] sums to 1 if none is named."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = F.softmax(torch.rand(2, 3, 4))
    return [axis for axis in range(3) if torch.allclose(y.sum(axis), torch.ones(()))][0]


def flipped_is_view(flip, x):
    flip(x)[0] = 9
    return bool((x == 9).any())


def seeded():
    torch.manual_seed(0)
    return torch.randn(2)


huge = [1e20, 2e20, 4e20]
unequal = [[3.0, 4.0], [6.0, 8.0]]

# (PyTorch, NumPy), in the order of the table. The name of a row is the text of its first column.
RESULTS = {
    # Elements and precision
    "`tensor([1, 2]).dtype`": (lambda: torch.tensor([1, 2]).dtype, lambda: np.array([1, 2]).dtype),
    "`tensor([0.5]).dtype`": (lambda: torch.tensor([0.5]).dtype, lambda: np.array([0.5]).dtype),
    "dtype of a comparison, `x.gt(0)`": (lambda: (t([1]) > 0).dtype, lambda: (a32([1]) > 0).dtype),
    "dtype of float32 with float64, both of one axis": (
        lambda: (t([1]) + t([1], torch.float64)).dtype,
        lambda: (a32([1]) + np.array([1.0])).dtype,
    ),
    "dtype of a float32 vector with a float64 scalar tensor": (
        lambda: (t([1]) + t(1, torch.float64)).dtype,
        lambda: (a32([1]) + np.array(1.0)).dtype,
    ),
    "0.1 as a tensor or constant without axes, times 1 in float64": (
        lambda: str((torch.tensor(0.1) * t([1], torch.float64)).item()),
        lambda: str((np.float32(0.1) * np.array([1.0])).item()),
    ),
    "2^24 + 1 + 1, summed in float32": (lambda: t(sum_of_three()).sum(), lambda: a32(sum_of_three()).sum()),
    "`std` of 1e20, 2e20, 4e20 in float32": (lambda: t(huge).std(), lambda: a32(huge).std(ddof=1)),
    "`norm` of 1e20, 2e20, 4e20 in float32": (lambda: t(huge).norm(), lambda: np.linalg.norm(a32(huge))),
    "text of 1/3 and 2/3": (lambda: str(t([1 / 3, 2 / 3])), lambda: str(a32([1 / 3, 2 / 3]))),
    "first normal numbers of seed 0": (seeded, lambda: np.random.default_rng(0).standard_normal(2)),
    # Elementwise
    "`round` of 0.5, 1.5, 2.5": (lambda: t([0.5, 1.5, 2.5]).round(), lambda: np.round([0.5, 1.5, 2.5])),
    "`sign` of NaN": (lambda: t(nan).sign(), lambda: np.sign(nan)),
    "`clamp` of 1 to at least NaN": (lambda: t(1).clamp(min=nan), lambda: np.clip(1.0, nan, None)),
    "`clamp` of 1 to [3, 2]": (lambda: t(1).clamp(3, 2), lambda: np.clip(1.0, 3, 2)),
    "1^NaN and (-1)^Infinity": (
        lambda: t([1, -1]) ** t([nan, inf]),
        lambda: np.power([1.0, -1.0], [nan, inf]),
    ),
    "`log` of 5e-324": (lambda: t(5e-324, torch.float64).log(), lambda: np.log(5e-324)),
    "`softplus` of 21 in float64, minus 21": (
        lambda: F.softplus(t(21, torch.float64)) - 21,
        lambda: np.logaddexp(0, 21.0) - 21,
    ),
    # Reductions and order
    "`std` of 1, 2, 3, 4": (lambda: t([1, 2, 3, 4]).std(), lambda: np.std([1, 2, 3, 4])),
    "`variance` of one element": (lambda: t([5]).var(), lambda: np.var([5])),
    "`sum`, `prod` and `mean` of no elements": (
        lambda: [t([]).sum(), t([]).prod(), t([]).mean()],
        lambda: [a32([]).sum(), a32([]).prod(), a32([]).mean()],
    ),
    "`max` of no elements": (lambda: t([]).max(), lambda: a32([]).max()),
    "`argmax` of no elements": (lambda: t([]).argmax(), lambda: a32([]).argmax()),
    "`logSumExp` of no elements": (lambda: t([]).logsumexp(0), lambda: np.logaddexp.reduce(a32([]))),
    "shape of `softmax` of [5, 0]": (lambda: list(torch.zeros(5, 0).softmax(1).shape), ABSENT),
    "`argmax` of 1, NaN, 3, NaN": (lambda: t([1, nan, 3, nan]).argmax(), lambda: np.argmax([1, nan, 3, nan])),
    "`argmax` of 3, 3": (lambda: t([3, 3]).argmax(), lambda: np.argmax([3, 3])),
    "`sort` of NaN, 2, 1": (lambda: t([nan, 2, 1]).sort().values, lambda: np.sort([nan, 2, 1])),
    "what `max` along an axis returns": (
        lambda: parts(t([[1, 2]]).max(1)),
        lambda: parts(np.max([[1, 2]], 1)),
    ),
    "`norm(1)` of [[3, 4], [6, 8]]": (lambda: t(unequal).norm(1), lambda: np.linalg.norm(unequal, 1)),
    "`cumsum` of [[3, 4], [6, 8]] without an axis": (lambda: t(unequal).cumsum(), lambda: np.cumsum(unequal)),
    "axis of `softmax` of [2, 3, 4] by default": (softmax_axis, ABSENT),
    "`softmax` of Infinity, 1, 2": (lambda: t([inf, 1, 2]).softmax(0), ABSENT),
    # Shapes and indexing
    "shape of `transpose()` of [2, 3, 4]": (
        lambda: list(torch.zeros(2, 3, 4).transpose().shape),
        lambda: list(np.zeros((2, 3, 4)).transpose().shape),
    ),
    "shape of `squeeze(0)` of [2, 3]": (
        lambda: list(torch.zeros(2, 3).squeeze(0).shape),
        lambda: list(np.zeros((2, 3)).squeeze(0).shape),
    ),
    "shape of `flatten()` of a scalar": (lambda: list(t(1).flatten().shape), lambda: list(np.array(1).flatten().shape)),
    "number of pieces of `split(2)` of 6 elements": (
        lambda: len(torch.zeros(6).split(2)),
        lambda: len(np.split(np.zeros(6), 2)),
    ),
    "a slice with step -1": (lambda: t([1, 2, 3])[::-1], lambda: a32([1, 2, 3])[::-1]),
    "whether `flip` is a view": (
        lambda: flipped_is_view(torch.flipud, t([1, 2])),
        lambda: flipped_is_view(np.flip, a32([1, 2])),
    ),
    "`indexSelect` at -1": (
        lambda: t([1, 2]).index_select(0, torch.tensor([-1])),
        lambda: np.take(a32([1, 2]), [-1]),
    ),
    "`dot` of two matrices": (lambda: t(unequal).dot(t(unequal)), lambda: np.dot(unequal, unequal)),
    "assigning to a broadcast view": (
        lambda: torch.zeros(1).expand(3).copy_(t([1, 2, 3])),
        lambda: np.copyto(np.broadcast_to(np.zeros(1), 3), [1, 2, 3]),
    ),
}
