"""Optimisers: the parameters after each of 25 steps with given gradients; and clipping by the global norm."""

import torch

from figure import deviation, normal, uniform

STEPS = 25

# name, PyTorch's class, options as Polygrad spells them
RUNS = (
    ("SGD", torch.optim.SGD, {"lr": 0.1}),
    ("SGD, momentum", torch.optim.SGD, {"lr": 0.05, "momentum": 0.9}),
    ("SGD, Nesterov", torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    ("SGD, weight decay", torch.optim.SGD, {"lr": 0.1, "weightDecay": 0.1}),
    ("SGD, dampening", torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "dampening": 0.3}),
    (
        "SGD, Nesterov and weight decay",
        torch.optim.SGD,
        {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weightDecay": 0.1},
    ),
    ("Adam, defaults", torch.optim.Adam, {}),
    ("Adam, lr, betas and eps", torch.optim.Adam, {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-6}),
    ("Adam, weight decay", torch.optim.Adam, {"lr": 0.05, "weightDecay": 0.1}),
    ("AdamW, defaults (weight decay 0.01)", torch.optim.AdamW, {}),
    ("AdamW, weight decay 0.1", torch.optim.AdamW, {"lr": 0.05, "weightDecay": 0.1}),
    ("RMSprop, defaults", torch.optim.RMSprop, {}),
    ("RMSprop, lr, alpha and eps", torch.optim.RMSprop, {"lr": 0.02, "alpha": 0.9, "eps": 1e-6}),
    ("RMSprop, momentum", torch.optim.RMSprop, {"lr": 0.005, "momentum": 0.9}),
    ("RMSprop, centered", torch.optim.RMSprop, {"lr": 0.005, "centered": True}),
    (
        "RMSprop, all of it",
        torch.optim.RMSprop,
        {"lr": 0.005, "alpha": 0.95, "momentum": 0.8, "centered": True, "weightDecay": 0.1},
    ),
)


DEFAULT_RATES = {torch.optim.RMSprop: 1e-2}


def random_gradients():
    """Sizes from 0.001 to 10, and one entry of `b` whose gradient is always exactly zero."""
    scale_a, scale_b = 10 ** uniform(-3, 1, 3, 4), 10 ** uniform(-3, 1, 5)
    scale_b[2] = 0
    return {"a": normal(STEPS, 3, 4) * scale_a, "b": normal(STEPS, 5) * scale_b}


def snake(options):
    return {{"weightDecay": "weight_decay"}.get(key, key): value for key, value in options.items()}


def run(optimiser_class, options, start, gradients, dtype):
    """The parameters after every step: {a: [steps, 3, 4], b: [steps, 5]}."""
    parameters = {name: value.to(dtype, copy=True).requires_grad_() for name, value in start.items()}
    optimiser = optimiser_class(parameters.values(), foreach=False, **{"lr": DEFAULT_RATES.get(optimiser_class, 1e-3), **snake(options)})
    history = {name: [] for name in parameters}
    for step in range(STEPS):
        for name, parameter in parameters.items():
            parameter.grad = gradients[name][step].to(dtype)
        optimiser.step()
        for name, parameter in parameters.items():
            history[name].append(parameter.detach().clone())
    return {name: torch.stack(values) for name, values in history.items()}


def case(name, optimiser_class, options, start, gradients):
    single = run(optimiser_class, options, start, gradients, torch.float32)
    exact = run(optimiser_class, options, start, gradients, torch.float64)
    return {
        "name": name,
        "optimiser": optimiser_class.__name__,
        "options": options,
        "parameters": single,
        "float32Deviation": max(deviation(single[key], exact[key]) for key in single),
    }


def clip_case(name, max_norm, norm_type, gradients):
    parameters = {key: torch.zeros_like(value) for key, value in gradients.items()}
    for key, parameter in parameters.items():
        parameter.grad = gradients[key].clone()
    norm = torch.nn.utils.clip_grad_norm_(parameters.values(), max_norm, norm_type)
    return {
        "name": name,
        "maxNorm": max_norm,
        "normType": "infinity" if norm_type == torch.inf else norm_type,
        "gradients": gradients,
        "norm": norm,
        "clipped": {key: parameter.grad for key, parameter in parameters.items()},
    }


def clip_cases():
    gradients = {"a": normal(3, 4), "b": normal(5)}
    zeros = {"a": torch.zeros(3, 4), "b": torch.zeros(5)}
    yield clip_case("2-norm, clipped", 1.0, 2, gradients)
    yield clip_case("2-norm, not clipped", 100.0, 2, gradients)
    yield clip_case("infinity norm, clipped", 0.5, torch.inf, gradients)
    yield clip_case("infinity norm, not clipped", 100.0, torch.inf, gradients)
    yield clip_case("1-norm, clipped", 1.0, 1, gradients)
    yield clip_case("all zero", 1.0, 2, zeros)


def figures():
    start = {"a": normal(3, 4), "b": normal(5)}
    gradients = random_gradients()
    return {
        "about": "Optimisers by PyTorch, float32, one tensor at a time: from `start`, step k (from 0) has the gradients"
        " `gradients.a[k]` and `gradients.b[k]`, and leaves `parameters.a[k]` and `parameters.b[k]`."
        " An option that is absent has PyTorch's default; SGD's lr is always given.",
        "pytorch": torch.__version__,
        "start": start,
        "gradients": gradients,
        "cases": [case(*entry, start, gradients) for entry in RUNS],
        "clipGradNorm": list(clip_cases()),
    }
