"""Writes basis.json: bases of polynomials and their derivatives by SciPy. Run: python3 basis.py

Each derivative is that of another family: T_k' = k U_(k-1), P_k' = (k + 1) / 2 P_(k-1)^(1,1) (Jacobi),
He_k' = k He_(k-1). Hermite polynomials are divided by sqrt(k!).
"""

import json
import math
from pathlib import Path

import numpy
import scipy
from scipy import special

DEGREES = [0, 1, 2, 3, 4, 5, 6, 12, 20]
POINTS = numpy.array([-3.5, -1.25, -1, -0.875, -0.25, 0, 1e-3, 0.5, 1, 2.75])


def chebyshev(k, t):
    return special.eval_chebyt(k, t), k * special.eval_chebyu(k - 1, t)


def legendre(k, t):
    return special.eval_legendre(k, t), (k + 1) / 2 * special.eval_jacobi(k - 1, 1, 1, t)


def hermite(k, t):
    scale = 1 / math.sqrt(math.factorial(k))
    return special.eval_hermitenorm(k, t) * scale, k * special.eval_hermitenorm(k - 1, t) * scale


def monomial(k, t):
    return t**k, k * t ** (k - 1)


def cases():
    for basis in (monomial, chebyshev, legendre, hermite):
        for squash, t, slope in (("none", POINTS, 1), ("tanh", numpy.tanh(POINTS), 1 / numpy.cosh(POINTS) ** 2)):
            for k in DEGREES:
                value, derivative = (basis(k, t) if k > 0 else (t**0, 0 * t))
                slopes = (derivative * slope).tolist()
                yield {"basis": basis.__name__, "squash": squash, "k": k, "values": value.tolist(), "slopes": slopes}


if __name__ == "__main__":
    lines = ",\n".join(f"    {json.dumps(case)}" for case in cases())
    points = json.dumps(POINTS.tolist())
    text = f'{{\n  "scipy": "{scipy.__version__}",\n  "x": {points},\n  "cases": [\n{lines}\n  ]\n}}\n'
    Path(__file__).with_suffix(".json").write_text(text)
