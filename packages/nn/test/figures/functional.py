"""Single operations: value and gradients, above all where a convention decides (ties, kinks, boundaries)."""

import torch

from figure import differentiate, normal


def case(name, op, options, expression, **inputs):
    """`expression` is the PyTorch that is evaluated; its variables are `inputs`, and those of `options`."""

    def function(**values):
        return eval(expression, {"torch": torch, **options, **values})

    output, cotangent, gradients, float32_deviation = differentiate(function, inputs)
    return {
        "name": name,
        "op": op,
        "options": options,
        "pytorch": expression,
        "inputs": inputs,
        "output": output,
        "gradOutput": cotangent,
        "gradInputs": gradients,
        "float32Deviation": float32_deviation,
    }


def smooth_cases():
    line = torch.tensor([-100.0, -20.0, -3.0, -1.5, -0.5, -1e-3, 0.0, 1e-3, 0.5, 1.5, 3.0, 20.0, 21.0, 100.0])
    logits = normal(4, 5) * 3
    logits[1] = torch.tensor([100.0, -100.0, 100.0, 0.0, 99.0])
    yield case("logSumExp over an axis", "logSumExp", {"axis": 1}, "torch.logsumexp(x, axis)", x=logits)
    yield case("logSumExp over all", "logSumExp", {}, "torch.logsumexp(x, (0, 1))", x=logits)
    yield case("softplus", "softplus", {}, "torch.nn.functional.softplus(x)", x=line)
    yield case("erf", "erf", {}, "torch.erf(x)", x=line)


def statistics_cases():
    x = normal(4, 5) + 3
    for op in ("var", "std"):
        for correction in (1, 0):
            options = {"axis": 1, "correction": correction}
            expression = f"torch.{op}(x, axis, unbiased=bool(correction))"
            yield case(f"{op} over an axis, correction {correction}", op, options, expression, x=x)
            expression = f"torch.{op}(x, unbiased=bool(correction))"
            yield case(f"{op} over all, correction {correction}", op, {"correction": correction}, expression, x=x)
    constant = torch.tensor([[2.0, 2.0, 2.0], [1.0, 2.0, 4.0]])
    yield case("std of a constant row", "std", {"axis": 1, "correction": 1}, "torch.std(x, axis)", x=constant)
    yield case("norm over an axis", "norm", {"axis": 1}, "torch.linalg.vector_norm(x, 2, axis)", x=x)
    yield case("norm over all", "norm", {}, "torch.linalg.vector_norm(x)", x=x)
    zero_row = torch.tensor([[0.0, 0.0, 0.0], [3.0, 0.0, -4.0]])
    yield case("norm of a zero row", "norm", {"axis": 1}, "torch.linalg.vector_norm(x, 2, axis)", x=zero_row)
    for axis in (0, 1):
        yield case(f"cumsum over axis {axis}", "cumsum", {"axis": axis}, "torch.cumsum(x, axis)", x=x)


def tie_cases():
    x = torch.tensor([[1.0, 3.0, 3.0, 2.0], [5.0, 5.0, 5.0, 5.0], [0.0, -1.0, 4.0, -1.0], [-1.0, 2.0, 5.0, -1.0]])
    for op in ("max", "min"):
        for axis in (1, 0):
            shared = {"axis": axis, "ties": "share equally"}
            yield case(f"{op} over axis {axis}, ties share", op, shared, f"torch.a{op}(x, axis)", x=x)
            index = (torch.max if op == "max" else torch.min)(x, axis)[1]
            picked = {"axis": axis, "ties": "one index", "picked": index}
            yield case(f"{op} over axis {axis}, ties: one index", op, picked, f"torch.{op}(x, axis)[0]", x=x)
        yield case(f"{op} over all, ties share", op, {"ties": "share equally"}, f"torch.{op}(x)", x=x)
        a, b = torch.tensor([1.0, 2.0, 3.0, 0.0]), torch.tensor([2.0, 2.0, 1.0, 0.0])
        both = f"{op}imum"
        yield case(f"{both} of two, ties share", both, {"ties": "share equally"}, f"torch.{both}(a, b)", a=a, b=b)


def kink_cases():
    x = torch.tensor([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])
    yield case("relu at zero", "relu", {}, "torch.relu(x)", x=x)
    yield case("abs at zero", "abs", {}, "torch.abs(x)", x=x)
    yield case("clamp at the boundaries", "clamp", {"min": -1, "max": 1}, "torch.clamp(x, min, max)", x=x)
    yield case("clamp below only", "clamp", {"min": -1}, "torch.clamp(x, min)", x=x)
    yield case("clamp above only", "clamp", {"max": 1}, "torch.clamp(x, max=max)", x=x)


def power_cases():
    x = torch.tensor([-2.0, -0.5, 0.0, 0.5, 1.0, 3.0])
    for exponent in (0, 1, 2, 3):
        yield case(f"pow, exponent {exponent}", "pow", {"exponent": exponent}, "torch.pow(x, exponent)", x=x)
    positive = torch.tensor([0.1, 0.5, 1.0, 3.0])
    for exponent in (-2, -1, -0.5, 0.5, 2.5):
        yield case(f"pow, exponent {exponent}", "pow", {"exponent": exponent}, "torch.pow(x, exponent)", x=positive)
    base, exponent = torch.tensor([0.5, 2.0, 3.0, 0.0, 0.0, 0.0]), torch.tensor([2.0, -1.5, 0.0, 0.0, 1.0, 2.0])
    yield case("pow of two tensors", "pow", {}, "torch.pow(x, y)", x=base, y=exponent)


def indexing_cases():
    x, source = normal(4, 5), normal(3, 2)
    index = torch.tensor([[0, 3], [1, 1], [3, 0]])
    for axis in (0, 1):
        options = {"axis": axis, "index": index}
        yield case(f"gather along axis {axis}", "gather", options, "torch.gather(x, axis, index)", x=x)
        expression = "torch.scatter_add(x, axis, index, source)"
        yield case(f"scatterAdd along axis {axis}", "scatterAdd", options, expression, x=x, source=source)
        options = {"axis": axis, "index": torch.tensor([2, 0, 2, 3])}
        name = f"indexSelect along axis {axis}, an index twice"
        yield case(name, "indexSelect", options, "torch.index_select(x, axis, index)", x=x)


def figures():
    return {
        "about": "Operations by PyTorch: `output` of `inputs`, and `gradInputs` for the cotangent `gradOutput`.",
        "pytorch": torch.__version__,
        "cases": [
            *smooth_cases(),
            *statistics_cases(),
            *tie_cases(),
            *kink_cases(),
            *power_cases(),
            *indexing_cases(),
        ],
    }
