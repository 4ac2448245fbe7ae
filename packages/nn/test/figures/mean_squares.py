"""E[phi_k(squash(x))^2] for x ~ N(0, 1): exact without tanh, by SciPy's quadrature with it."""

from fractions import Fraction
from math import factorial

import numpy
import scipy
from scipy import special
from scipy.integrate import quad

DEGREES = [*range(1, 13), 20]


def coefficients(basis, k):
    """Of 1, t, t^2, ...: exact, but for the factor of the Hermite polynomials, which is the second result."""
    if basis == "monomial":
        return [0] * k + [1], 1
    # n P_n = (2n - 1) t P_(n-1) - (n - 1) P_(n-2) and the like.
    steps = {
        "chebyshev": lambda n: (2, 1),
        "legendre": lambda n: (Fraction(2 * n - 1, n), Fraction(n - 1, n)),
        "hermite": lambda n: (1, n - 1),
    }
    before, last = [1], [0, 1]
    for n in range(2, k + 1):
        a, b = steps[basis](n)
        following = [0] + [a * c for c in last]
        for power, c in enumerate(before):
            following[power] -= b * c
        before, last = last, following
    return last, factorial(k) if basis == "hermite" else 1


def exact(basis, k):
    """E[x^2n] = 1 * 3 * ... * (2n - 1)."""
    terms, scale = coefficients(basis, k)
    moment = lambda n: 0 if n % 2 else factorial(n) // (2 ** (n // 2) * factorial(n // 2))
    total = sum(a * b * moment(i + j) for i, a in enumerate(terms) for j, b in enumerate(terms))
    return float(Fraction(total) / scale)


def squashed(basis, k):
    functions = {
        "monomial": lambda t: t**k,
        "chebyshev": lambda t: special.eval_chebyt(k, t),
        "legendre": lambda t: special.eval_legendre(k, t),
        "hermite": lambda t: special.eval_hermitenorm(k, t) / factorial(k) ** 0.5,
    }
    density = lambda x: numpy.exp(-x * x / 2) / (2 * numpy.pi) ** 0.5
    integrand = lambda x: functions[basis](numpy.tanh(x)) ** 2 * density(x)
    return 2 * quad(integrand, 0, 12, epsabs=0, epsrel=1e-12, limit=500)[0]


def figures():
    cases = [
        {"basis": basis, "squash": squash, "degrees": DEGREES, "squares": [square(basis, k) for k in DEGREES]}
        for basis in ("monomial", "chebyshev", "legendre", "hermite")
        for squash, square in (("none", exact), ("tanh", squashed))
    ]
    return {
        "about": "E[phi_k(squash(x))^2] for x ~ N(0, 1) and each of `degrees`: exact, or by SciPy's quadrature.",
        "scipy": scipy.__version__,
        "cases": cases,
    }
