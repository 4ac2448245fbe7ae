"""How a figure is computed, turned into plain numbers, and written as JSON."""

import json
import random
from pathlib import Path

import torch

FOLDER = Path(__file__).parent
generator = random.Random()


# Random numbers come from Python, whose generator is the same on every machine; PyTorch's depends on the processor.
def normal(*shape):
    return torch.tensor([generator.gauss(0, 1) for _ in range(torch.Size(shape).numel())]).reshape(shape)


def uniform(low, high, *shape):
    return torch.tensor([generator.uniform(low, high) for _ in range(torch.Size(shape).numel())]).reshape(shape)


def numbers(value):
    """A tensor as nested lists. Float32 is printed with 9 significant digits, enough to read the same bits back;
    float64 and integers are exact. Dictionaries and lists of tensors are converted throughout."""
    if isinstance(value, dict):
        return {key: numbers(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [numbers(item) for item in value]
    if not isinstance(value, torch.Tensor):
        return value
    value = value.detach()
    if value.dtype != torch.float32:
        return value.tolist()
    rounded = torch.tensor([float(f"{x:.9g}") for x in value.flatten().tolist()], dtype=torch.float64)
    rounded = rounded.reshape(value.shape)
    assert torch.equal(rounded.float(), value), "nine digits must give the same float32"
    return (rounded + 0.0).tolist()  # -0 becomes 0


def differentiate(function, inputs, cotangent=None):
    """The value of `function(**inputs)` and its vector-Jacobian products with a random cotangent.

    Computed in float64 from the given float32 inputs, then rounded to float32, so that the figures carry no rounding
    error but the last. The same in float32 says how far PyTorch itself is from that: `float32Deviation`, the largest
    |float32 - float64| / max(1, |float64|) over the value and all gradients.

    Returns (value, cotangent, gradients by name, float32Deviation).
    """
    if cotangent is None:
        shape = function(**inputs).shape
        cotangent = torch.ones(()) if len(shape) == 0 else normal(*shape)
    exact = _differentiate(function, inputs, cotangent, torch.float64)
    single = _differentiate(function, inputs, cotangent, torch.float32)
    names = [name for name, item in inputs.items() if item.is_floating_point()]
    gradients = {name: gradient.float() for name, gradient in zip(names, exact[1:])}
    return exact[0].float(), cotangent, gradients, max(map(deviation, single, exact))


def _differentiate(function, inputs, cotangent, dtype):
    cast = {
        name: item.to(dtype).requires_grad_() if item.is_floating_point() else item for name, item in inputs.items()
    }
    value = function(**cast)
    wanted = [item for item in cast.values() if item.is_floating_point()]
    return [value.detach(), *torch.autograd.grad(value, wanted, cotangent.to(dtype))]


def deviation(single, exact):
    """The largest |single - exact| / max(1, |exact|)."""
    error = (single.double() - exact.double()).abs() / exact.double().abs().clamp(min=1)
    return float(f"{error.max().item():.2g}")


def write(name, figures):
    """Writes `name`.json: one line for each figure, and for each case of a list of cases."""
    entries = []
    for key, value in figures.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines = ",\n".join(f"    {_line(item)}" for item in value)
            entries.append(f"  {json.dumps(key)}: [\n{lines}\n  ]")
        else:
            entries.append(f"  {json.dumps(key)}: {_line(value)}")
    (FOLDER / f"{name}.json").write_text("{\n" + ",\n".join(entries) + "\n}\n")


def _line(value):
    return json.dumps(numbers(value), allow_nan=False, separators=(",", ":"))
