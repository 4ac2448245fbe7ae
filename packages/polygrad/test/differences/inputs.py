"""The inputs of tensor_results.py and training_results.py."""

import numpy as np
import torch

inf, nan = float("inf"), float("nan")
ABSENT = None  # NumPy has no gradients, networks or optimisers


def t(values, dtype=torch.float32):
    return torch.tensor(values, dtype=dtype)


def leaf(values, dtype=torch.float32):
    return torch.tensor(values, dtype=dtype, requires_grad=True)


def a32(values):
    return np.array(values, dtype=np.float32)
