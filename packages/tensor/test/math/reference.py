"""Writes reference.json: correctly rounded values of our functions, from mpmath. Run: python3 reference.py

Half of the arguments are float32s. They are random over the ranges and magnitudes that matter, and neighbours of the
places where an argument reduction or a formula changes.
"""

import json
import math
import random
import struct
from pathlib import Path

import mpmath
from mpmath import mpf

mpmath.mp.prec = 1400  # of a sine at 2^1023 this leaves 300 bits
random.seed(20)
LN2, PI = float(mpmath.ln2), math.pi


def float32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def neighbours(x):
    return [math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf)]


def magnitudes(low, high, n, sign=(-1, 1)):
    """n numbers whose binary logarithms are uniform in [low, high]."""
    return [random.choice(sign) * 2 ** random.uniform(low, high) for _ in range(n)]


def uniform(low, high, n):
    return [random.uniform(low, high) for _ in range(n)]


def near(points):
    return [y for x in points for y in neighbours(x)]


reductions = [(k + 0.5) * LN2 for k in (-100, -3, -2, -1, 0, 1, 2, 90)]
quarters = [k * PI / 4 for k in (-5, -2, -1, 1, 2, 3, 4, 6, 7, 1000, 1000001, 2097151)]
angles = uniform(-10, 10, 40) + uniform(-1e6, 1e6, 40) + magnitudes(-30, 127, 40) + magnitudes(19, 32, 40)
angles += near(quarters) + near([45.553093477052, 826882.8943881015, 1492683.76705604])  # close to multiples of pi/2
huge_angles = magnitudes(127, 1023, 20) + [6381956970095103 * 2.0**797]  # the double nearest to a multiple of pi/2

FUNCTIONS = {
    "exp": (mpmath.exp, uniform(-87, 88, 60) + magnitudes(-40, 3, 40) + near(reductions), uniform(-660, 709.7, 40)),
    "expm1": (
        mpmath.expm1,
        uniform(-30, 88, 40) + uniform(-2, 2, 40) + magnitudes(-60, 3, 40) + near(reductions[2:]),
        uniform(80, 709.7, 20) + near([2.0**-54, -(2.0**-54), -40.0]),
    ),
    "log": (
        mpmath.log,
        magnitudes(-148, 127, 40, [1]) + uniform(0.4, 2.2, 60) + near([0.5, 2.0, math.sqrt(0.5), math.sqrt(2), 1000.0]),
        magnitudes(-1022, 1023, 40, [1]) + neighbours(1.0),
    ),
    "log1p": (
        mpmath.log1p,
        uniform(-0.999, 3, 60) + uniform(0.3, 1, 60) + magnitudes(-60, -0.01, 40) + magnitudes(0, 127, 20, [1]),
        magnitudes(127, 1023, 20, [1]) + near([2.0**-54, -(2.0**-54), 1.0, -0.5]) + [math.nextafter(-1, 0)],
    ),
    "tanh": (
        mpmath.tanh,
        uniform(-1, 1, 50) + uniform(-20, 20, 40) + magnitudes(-60, 5, 40) + near([-LN2 / 4, LN2 / 4, 3 * LN2 / 4]),
        near([1e-9, -1e-9, 20.0]),
    ),
    "sigmoid": (
        lambda x: 1 / (1 + mpmath.exp(-x)),
        uniform(-5, 5, 50) + uniform(-87, 40, 40) + magnitudes(-60, 6, 30) + near(reductions[:6]),
        uniform(-660, 40, 30),
    ),
    "softplus": (
        lambda x: mpmath.log1p(mpmath.exp(x)),
        uniform(-5, 5, 50) + uniform(-87, 88, 40) + magnitudes(-60, 6, 30) + near(reductions[1:6]),
        uniform(-660, 700, 30),
    ),
    "sin": (mpmath.sin, angles, huge_angles),
    "cos": (mpmath.cos, angles, huge_angles),
    "erf": (mpmath.erf, uniform(-1, 1, 50) + uniform(-6, 6, 60) + magnitudes(-60, 4, 30) + near([-1.0, 1.0, 4.0]), []),
    "erfc": (mpmath.erfc, uniform(-1, 1, 50) + uniform(-6, 9, 60) + near([-1.0, 0.46875, 4.0]), uniform(9, 26, 30)),
    "gelu": (
        lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
        uniform(-1, 1, 40) + uniform(-12, 8, 60) + magnitudes(-60, 5, 20, [1]),
        uniform(-35, 0, 30),
    ),
}


def rounded_pairs(function, singles, doubles):
    xs = [float32(x) for x in singles] + singles + doubles
    return {"x": xs, "y": [float(function(mpf(x))) for x in xs]}


def powers():
    """Bases and exponents in float32 whose powers are normal doubles; then integer exponents."""
    x = magnitudes(-3, 3, 60, [1]) + magnitudes(-120, 120, 60, [1]) + uniform(0.9, 1.1, 40)
    exponent = uniform(-30, 30, 60) + uniform(-0.7, 0.7, 60) + uniform(-600, 600, 40)
    x += magnitudes(-1.5, 1.5, 40)
    exponent += [float(random.randint(-64, 64)) for _ in range(40)]
    x, exponent = [float32(v) for v in x], [float32(v) for v in exponent]
    return {"x": x, "exponent": exponent, "y": [float(mpf(a) ** mpf(b)) for a, b in zip(x, exponent)]}


tables = {name: rounded_pairs(*arguments) for name, arguments in FUNCTIONS.items()} | {"pow": powers()}

# Drawn after the tables above, whose arguments depend on all that was drawn before them.
arcs = uniform(-1, 1, 60) + uniform(0.4, 0.7, 20) + magnitudes(-60, 0, 40) + near([-0.5, 0.5])
almost_one = [random.choice([-1, 1]) * (1 - 2 ** random.uniform(-53, -2)) for _ in range(30)]
overflow = float(mpmath.ln(2) * 1024)  # e^x overflows here, sinh x and cosh x at 710.4758...
hyperbolic = (
    uniform(-3, 3, 60) + uniform(-88, 88, 30) + magnitudes(-60, 6, 40) + near([-LN2 / 2, LN2 / 2, 3 * LN2 / 2]),
    uniform(-700, 700, 30) + uniform(699, 710.4, 30) + near([1e-9, 700.0, overflow, 710.475]),
)

FURTHER_FUNCTIONS = {
    "atan": (
        mpmath.atan,
        uniform(-7, 7, 60) + uniform(0.4, 0.6, 20) + magnitudes(-60, 127, 40) + near([-1.0, 1.0, 0.4134, 2.41]),
        magnitudes(127, 1023, 20) + near([1e-9, -1e-9]),
    ),
    "asin": (mpmath.asin, arcs, almost_one + [math.nextafter(1, 0), -1.0, 1.0]),
    "acos": (mpmath.acos, arcs, almost_one + [math.nextafter(1, 0), -1.0, 1.0]),
    "sinh": (mpmath.sinh, *hyperbolic),
    "cosh": (mpmath.cosh, *hyperbolic),
    "log2": (
        lambda x: mpmath.log(x) / mpmath.ln(2),
        magnitudes(-148, 127, 40, [1]) + uniform(0.4, 2.9, 60) + near([0.5, 2.0, math.sqrt(0.5), math.sqrt(2), 1000.0]),
        magnitudes(-1022, 1023, 40, [1]) + neighbours(1.0),
    ),
}
tables |= {name: rounded_pairs(*arguments) for name, arguments in FURTHER_FUNCTIONS.items()}
lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(table)}" for name, table in tables.items())
Path(__file__).with_name("reference.json").write_text("{\n" + lines + "\n}\n")
