"""Writes splines.json: B-spline basis functions and their derivatives by SciPy (these are from 1.10), for splines.test.ts.

    python3 packages/autograd/test/figures/splines.py

Knots and points are float32 numbers; SciPy computes in float64. For each of `cases`: `name`, `order`, `knots`, `x`, `values`
[x, function] and `slopes` [x, function]. Outside its knots a function is 0. Order 1 has kinks at the knots, where no point lies.
"""

import json
import random
from pathlib import Path

import numpy as np
from scipy.interpolate import BSpline

generator = random.Random(0)


def basis(knots, order, x, derivative):
    """All functions at x; SciPy knows each of them as an element on its own knots, and as nothing (nan) outside."""
    elements = [
        BSpline.basis_element(knots[k : k + order + 2], extrapolate=False) for k in range(len(knots) - order - 1)
    ]
    return np.stack([np.nan_to_num((e.derivative() if derivative else e)(x)) for e in elements], -1)


def uniform(order, grid, low, high):
    step = (high - low) / grid
    return low + step * np.arange(-order, grid + order + 1)


def uneven(order, grid):
    return np.cumsum([generator.uniform(0.05, 1) for _ in range(grid + 2 * order + 1)]) - order


def repeated(order, grid):
    """Uneven, with one inner knot as often as leaves one derivative, and with ends that are as often as the order."""
    knots = uneven(order, grid)
    middle = order + grid // 2
    knots[middle : middle + order - 1] = knots[middle]
    knots[1 : order + 1] = knots[1]
    return knots


def case(name, order, knots):
    knots = np.float64(np.float32(knots))
    inside = [generator.uniform(knots[0] - 0.3, knots[-1] + 0.3) for _ in range(24)]
    at_knots = [] if order == 1 else list(knots)
    x = np.sort(np.float64(np.float32(inside + at_knots)))
    values, slopes = (basis(knots, order, x, derivative) for derivative in (False, True))
    return {
        "name": f"{name}, order {order}",
        "order": order,
        "knots": knots.tolist(),
        "x": x.tolist(),
        "values": values.tolist(),
        "slopes": slopes.tolist(),
    }


cases = []
for order in range(1, 6):
    cases.append(case("uniform knots", order, uniform(order, 5, -1, 1)))
    cases.append(case("uneven knots", order, uneven(order, 4)))
    if order >= 3:
        cases.append(case("repeated knots", order, repeated(order, 7)))
lines = ",\n".join(json.dumps(each, allow_nan=False, separators=(",", ":")) for each in cases)
Path(__file__).with_suffix(".json").write_text(f'{{"cases":[\n{lines}\n]}}\n')
