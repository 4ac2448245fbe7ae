"""Initialisers: the bound of each uniform and the standard deviation of each normal distribution."""

from unittest.mock import patch

import torch
from torch.nn import init

SHAPES = ([10, 20], [20, 784], [6, 5, 4])  # [out, in] and [out, in, taps]: fan in = in * taps
GAINS = (("linear", None), ("sigmoid", None), ("tanh", None), ("relu", None), ("selu", None)) + tuple(
    ("leaky_relu", a) for a in (None, 0.2, 5**0.5)
)


def drawn_from(draw, *arguments, **options):
    """Runs PyTorch's initialiser and returns what it asks of the generator: (low, high) or (mean, std)."""
    asked = []
    with patch.object(torch.Tensor, "uniform_", lambda self, low, high: asked.append((low, high)) or self):
        with patch.object(torch.Tensor, "normal_", lambda self, mean, std: asked.append((mean, std)) or self):
            draw(*arguments, **options)
    return asked


def bound(asked):
    assert asked[0] == -asked[1]
    return asked[1]


def std(asked):
    assert asked[0] == 0
    return asked[1]


def xavier_cases():
    for shape in SHAPES:
        for gain in (1.0, init.calculate_gain("tanh")):
            options, weight = {"gain": gain}, torch.empty(shape)
            uniform = bound(drawn_from(init.xavier_uniform_, weight, gain)[0])
            normal = std(drawn_from(init.xavier_normal_, weight, gain)[0])
            yield {"name": "xavierUniform", "shape": shape, "options": options, "bound": uniform}
            yield {"name": "xavierNormal", "shape": shape, "options": options, "std": normal}


def kaiming_cases():
    for shape in SHAPES:
        for mode, camel in (("fan_in", "fanIn"), ("fan_out", "fanOut")):
            for nonlinearity, a in (("relu", 0), ("leaky_relu", 0.2), ("linear", 0), ("tanh", 0)):
                options = {"mode": camel, "nonlinearity": nonlinearity.replace("_r", "R")}
                if nonlinearity == "leaky_relu":
                    options["a"] = a
                weight = torch.empty(shape)
                uniform = bound(drawn_from(init.kaiming_uniform_, weight, a, mode, nonlinearity)[0])
                normal = std(drawn_from(init.kaiming_normal_, weight, a, mode, nonlinearity)[0])
                yield {"name": "kaimingUniform", "shape": shape, "options": options, "bound": uniform}
                yield {"name": "kaimingNormal", "shape": shape, "options": options, "std": normal}


def gain_cases():
    for nonlinearity, a in GAINS:
        case = {"nonlinearity": nonlinearity.replace("_r", "R"), "gain": init.calculate_gain(nonlinearity, a)}
        yield case if a is None else {**case, "a": a}


def linear_cases():
    for inputs, outputs in ((12, 8), (784, 20), (20, 10)):
        weight, bias = drawn_from(torch.nn.Linear, inputs, outputs)
        yield {"inFeatures": inputs, "outFeatures": outputs, "weightBound": bound(weight), "biasBound": bound(bias)}


def figures():
    return {
        "about": "Initialisers by PyTorch, float64: uniform on [-bound, bound], or normal with mean 0 and `std`."
        " `gains` are those of calculate_gain; `linear` are the defaults of Linear.",
        "pytorch": torch.__version__,
        "cases": [*xavier_cases(), *kaiming_cases()],
        "gains": list(gain_cases()),
        "linear": list(linear_cases()),
    }
