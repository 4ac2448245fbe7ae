"""The entries of docs/pytorch.md that are PyTorch's: each code in a first column, and each program, is run."""

import copy
import io
import json
import re
import warnings

import numpy as np
import torch
import torch.utils.checkpoint
from torch import nn, optim
from torch.nn import functional as F
from torch.utils import data

HEADER = "| PyTorch | Polygrad | difference |"


def entries(page):
    """The code in the first columns of the tables of names."""
    found, inside = [], False
    for line in page.split("\n"):
        inside = line == HEADER or (inside and line.startswith("|"))
        if inside and line != HEADER:
            first = re.split(r"(?<!\\)\|", line)[1].replace("\\|", "|")
            found += re.findall(r"`([^`]+)`", first)
    return found


def programs(page):
    return re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def scope():
    """What the page's entries are about: the same as in scope.ts."""
    torch.manual_seed(0)
    t = torch.tensor
    x = t([[0.3, 0.2, 0.7], [0.1, 0.4, 0.9]])
    y = t([[0.7, 0.2, 0.15], [0.5, 0.6, 0.25]])
    z = torch.arange(24.0).reshape(4, 2, 3) / 32
    w = (x * 2).requires_grad_()
    w.sum().backward()
    labels = t([0, 1])
    weight = torch.arange(9.0).reshape(3, 3)
    model = nn.Sequential(nn.Linear(3, 3))
    model.load_state_dict({"0.weight": weight.clone(), "0.bias": torch.zeros(3)})
    return {
        **{module.__name__: module for module in (copy, io, json, torch)},
        **{"np": np, "nn": nn, "optim": optim, "F": F, "data": data, "x": x, "y": y, "z": z, "w": w},
        **{"u": t([1.0, 2.0, 3.0]), "v": t([0.5, 0.25, 0.125]), "weight": weight},
        **{"loss": w.square().sum(), "f": lambda x: x.square().sum(), "labels": labels, "model": model},
        **{"optimizer": optim.SGD([w], lr=0.1), "dataset": data.TensorDataset(x, labels)},
    }


def run(code):
    """Runs an entry, and returns its value if it has one; if it fails, says which."""
    try:
        compiled = compile(code, "page", "eval")
    except SyntaxError:
        compiled = compile(code, "page", "exec")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return eval(compiled, scope())
        except Exception as error:
            raise AssertionError(f"PyTorch cannot run {code}") from error


def plain(value):
    """The numbers of a value, without indices that come with them; None if it has none."""
    if isinstance(value, torch.Tensor):
        return (value.float() if value.dtype == torch.bool else value).tolist()
    if isinstance(value, (bool, int, float)):
        return float(value)
    if hasattr(value, "values") and hasattr(value, "indices"):
        return plain(value.values)
    if isinstance(value, (list, tuple)) and len(value) > 0:
        parts = [plain(part) for part in value]
        return None if any(part is None for part in parts) else parts
    return None
