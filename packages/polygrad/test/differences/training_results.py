"""What PyTorch gives in the rows about training of the table "Where we differ" of docs/pytorch.md, by row."""

import warnings

import torch
from torch import nn
from torch.nn import functional as F

from inputs import ABSENT, inf, leaf, nan, t


def gradient(function, values, dtype=torch.float32):
    x = leaf(values, dtype)
    function(x).sum().backward()
    return x.grad


def warned(function):
    """The name of the warning that a call gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function()
    return caught[0].category.__name__ if caught else "no error"


def runs(*steps):
    """Runs steps that are of interest for their errors only."""
    for step in steps:
        step()
    return "no error"


def doubled_parameter():
    w = leaf([1.0])
    return warned(lambda: torch.optim.SGD([w, w], lr=0.1))


def stale_product():
    x, w = leaf([3.0]), leaf([2.0])
    y = (x * w).sum()
    with torch.no_grad():
        w.copy_(t([5.0]))
    y.backward()


def stale_sum():
    w = leaf([2.0])
    y = (w + 1).sum()
    with torch.no_grad():
        w.copy_(t([5.0]))
    return runs(y.backward)


def twice(function):
    y = function(leaf([1.0, 2.0]))
    return runs(y.backward, y.backward)


def unused_gradient():
    x, z = leaf([1.0]), leaf([1.0])
    return torch.autograd.grad(x.sum(), [z])


def zeroed_gradient():
    w = leaf([1.0])
    optimiser = torch.optim.SGD([w], lr=0.1)
    w.sum().backward()
    optimiser.zero_grad()
    return w.grad


def step_without_gradients():
    return runs(torch.optim.SGD([leaf([1.0])], lr=0.1).step)


def frozen_step():
    """A frozen parameter after a step of SGD with the gradient that it had before."""
    w = leaf([1.0])
    optimiser = torch.optim.SGD([w], lr=0.5)
    w.sum().backward()
    w.requires_grad = False
    optimiser.step()
    return w.detach()


def frozen_gradient():
    w = leaf([1.0])
    w.sum().backward()
    w.requires_grad = False
    return w.grad


def frozen_state():
    """Whether a frozen parameter is in the state of its model."""
    return "weight" in nn.Linear(1, 1).requires_grad_(False).state_dict()


def other_state():
    """The state of Adam, loaded by SGD with momentum."""
    w = leaf([1.0])
    adam, sgd = torch.optim.Adam([w]), torch.optim.SGD([w], lr=0.1, momentum=0.9)
    w.sum().backward()
    adam.step()
    return runs(lambda: sgd.load_state_dict(adam.state_dict()))


def clip_nan():
    w = leaf([1.0])
    w.grad = t([nan])
    return torch.nn.utils.clip_grad_norm_([w], 1)


def half_loaded():
    """Whether a state dict that is refused has been loaded in part."""
    model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    state = {name: torch.full_like(value, 7.0) for name, value in model.state_dict().items()}
    state["1.weight"] = torch.zeros(2, 2)
    try:
        model.load_state_dict(state)
    except RuntimeError:
        return model[0].weight.item() == 7
    raise AssertionError("the state dict was not refused")


def shared_state():
    model = nn.Linear(1, 1)
    state = model.state_dict()
    state["weight"].fill_(7.0)
    return model.weight.item() == 7


# (PyTorch, NumPy), in the order of the table. The name of a row is the text of its first column.
RESULTS = {
    # Gradients
    "gradient of `max` of 3, 3, 1": (lambda: gradient(lambda x: x.max(), [3, 3, 1]), ABSENT),
    "gradient of `max` along the axis of 3, 3, 1": (lambda: gradient(lambda x: x.max(0).values, [3, 3, 1]), ABSENT),
    "gradient of `maximum` of 2 and 2, first operand": (
        lambda: gradient(lambda x: torch.maximum(x, t(2)), 2),
        ABSENT,
    ),
    "gradient of `relu`, `abs` and `sqrt` at 0": (
        lambda: [gradient(f, 0) for f in (torch.relu, torch.abs, torch.sqrt)],
        ABSENT,
    ),
    "gradient of `clamp` on its bound": (lambda: gradient(lambda x: x.clamp(0, 1), 1), ABSENT),
    "gradient of `norm` of 0, 0": (lambda: gradient(lambda x: x.norm(), [0, 0]), ABSENT),
    "gradient of `std` of 2, 2": (lambda: gradient(lambda x: x.std(), [2, 2]), ABSENT),
    "gradient of `prod` of 0, 2, 3": (lambda: gradient(lambda x: x.prod(), [0, 2, 3]), ABSENT),
    "gradient of `prod` of 1e-25, 1e-25": (lambda: gradient(lambda x: x.prod(), [1e-25, 1e-25]), ABSENT),
    "gradient of x^0 at 0": (lambda: gradient(lambda x: x**0, 0), ABSENT),
    "`grad` of a leaf after `zeroGrad()`": (zeroed_gradient, ABSENT),
    "`gradients` with respect to what y does not use": (unused_gradient, ABSENT),
    "second `backward()` through a product": (lambda: twice(lambda x: (x * x).sum()), ABSENT),
    "second `backward()` through a sum": (lambda: twice(lambda x: x.sum()), ABSENT),
    "`backward()` after a factor was overwritten": (stale_product, ABSENT),
    "`backward()` after a summand was overwritten": (stale_sum, ABSENT),
    # Losses and layers
    "`crossEntropy` of [[Infinity, 1, 2]] and class 1": (
        lambda: F.cross_entropy(t([[inf, 1, 2]]), torch.tensor([1])),
        ABSENT,
    ),
    "`crossEntropy` with class 3 of 3": (lambda: F.cross_entropy(t([[0, 1, 2]]), torch.tensor([3])), ABSENT),
    "`crossEntropy` of an empty batch": (
        lambda: F.cross_entropy(torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64)),
        ABSENT,
    ),
    "`mseLoss` of [2, 1] and [2]": (lambda: warned(lambda: F.mse_loss(torch.zeros(2, 1), torch.zeros(2))), ABSENT),
    "`klDivLoss` of ln(1/2), ln(1/2) and 1, 0, in a batch of 1": (
        lambda: F.kl_div(t([[0.5, 0.5]]).log(), t([[1, 0]])),
        ABSENT,
    ),
    "`Embedding` at -1": (lambda: nn.Embedding(3, 2)(torch.tensor([-1])), ABSENT),
    "`BatchNorm1d` of one row in training": (lambda: nn.BatchNorm1d(2)(torch.tensor([[1.0, 2.0]])), ABSENT),
    "names in the state of a `Sequential` of one `Linear`": (
        lambda: ", ".join(nn.Sequential(nn.Linear(1, 1)).state_dict()),
        ABSENT,
    ),
    "whether a state dict shares memory with its model": (shared_state, ABSENT),
    "whether a refused state dict is loaded in part": (half_loaded, ABSENT),
    # Training
    "SGD without a learning rate": (lambda: torch.optim.SGD([leaf([1.0])]).defaults["lr"], ABSENT),
    "Adam with an option it does not have": (lambda: torch.optim.Adam([leaf([1.0])], rate=0.1), ABSENT),
    "an optimiser given one parameter twice": (doubled_parameter, ABSENT),
    "an optimiser given a constant": (lambda: runs(lambda: torch.optim.SGD([t([1])], lr=0.1)), ABSENT),
    "an optimiser given a computed result": (lambda: torch.optim.SGD([leaf([1.0]) * 2], lr=0.1), ABSENT),
    "`step()` when nothing has a gradient": (step_without_gradients, ABSENT),
    "`grad` of a leaf after it was frozen": (frozen_gradient, ABSENT),
    "a frozen parameter of 1 after a step with its old gradient of 1": (frozen_step, ABSENT),
    "whether a frozen parameter is in the state dict": (frozen_state, ABSENT),
    "the state of Adam, loaded by SGD": (other_state, ABSENT),
    "`clipGradNorm` when a gradient is NaN": (clip_nan, ABSENT),
}
