"""Schedules: the learning rate with which each step is taken, float64."""

import math
import warnings

import torch
from torch.optim import lr_scheduler as lrs

warnings.filterwarnings("ignore", category=UserWarning)  # the epoch argument that SequentialLR itself passes


def rates(lr, steps, schedule):
    """Entry k is the rate in force during step k (from 0): read it, take the step, then advance the schedule."""
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler = schedule(optimiser)
    result = []
    for step in range(steps):
        result.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        if step + 1 < steps:
            scheduler.step()
    return result


def case(name, schedule, options, lr, steps, build):
    options = {**options} if lr is None else {"lr": lr, **options}
    return {"name": name, "schedule": schedule, "options": options, "rates": rates(lr or 1.0, steps, build)}


def step_cases():
    for size, gamma in ((5, 0.5), (1, 0.9)):
        name, options = f"StepLR, every {size} by {gamma}", {"stepSize": size, "gamma": gamma}
        yield case(name, "StepLR", options, 0.1, 20, lambda o: lrs.StepLR(o, size, gamma))


def cosine_cases():
    # PyTorch's cosine is periodic: past tMax the rate rises again. The last case shows it.
    for t_max, eta_min, steps in ((20, 0, 21), (20, 0.001, 21), (7, 0.01, 8), (10, 0.001, 26)):

        def build(optimiser):
            return lrs.CosineAnnealingLR(optimiser, t_max, eta_min)

        name = f"CosineAnnealingLR, tMax {t_max}, etaMin {eta_min}, {steps} steps"
        options = {"tMax": t_max, "etaMin": eta_min}
        result = case(name, "CosineAnnealingLR", options, 0.1, steps, build)
        for step, rate in enumerate(result["rates"]):  # PyTorch recurs; the formula is the meaning
            formula = eta_min + (0.1 - eta_min) * (1 + math.cos(math.pi * step / t_max)) / 2
            assert math.isclose(rate, formula, rel_tol=1e-9, abs_tol=1e-15)
        yield result


def one_cycle_cases():
    for anneal in ("cos", "linear"):
        for given in ({}, {"pctStart": 0.25}, {"pctStart": 0.1, "divFactor": 10, "finalDivFactor": 100}):
            options = {"maxLr": 0.05, "totalSteps": 30, "annealStrategy": anneal, **given}
            full = {"pctStart": 0.3, "divFactor": 25, "finalDivFactor": 1e4, **given}

            def build(optimiser):
                return lrs.OneCycleLR(
                    optimiser,
                    max_lr=0.05,
                    total_steps=30,
                    pct_start=full["pctStart"],
                    anneal_strategy=anneal,
                    div_factor=full["divFactor"],
                    final_div_factor=full["finalDivFactor"],
                    three_phase=False,
                    cycle_momentum=False,
                )

            changed = ", ".join(f"{key} {value}" for key, value in given.items()) or "defaults"
            yield case(f"OneCycleLR, {anneal}, {changed}", "OneCycleLR", options, None, 30, build)


def warm_up_cases():
    for factor, steps in ((0.1, 5), (1 / 3, 8)):
        name, options = f"LinearLR, from {factor:.3g} over {steps}", {"startFactor": factor, "totalIters": steps}
        yield case(name, "LinearLR", options, 0.1, 15, lambda o: lrs.LinearLR(o, factor, total_iters=steps))

    def build(optimiser):
        warm_up = lrs.LinearLR(optimiser, 0.1, total_iters=5)
        cosine = lrs.CosineAnnealingLR(optimiser, 20, 0.001)
        return lrs.SequentialLR(optimiser, [warm_up, cosine], [5])

    options = {"milestone": 5, "startFactor": 0.1, "totalIters": 5, "tMax": 20, "etaMin": 0.001}
    result = case("SequentialLR: LinearLR, then CosineAnnealingLR", "SequentialLR", options, 0.1, 26, build)
    for step, rate in enumerate(result["rates"]):
        warm_up = 0.1 * (0.1 + 0.9 * step / 5)
        cosine = 0.001 + 0.099 * (1 + math.cos(math.pi * (step - 5) / 20)) / 2
        assert math.isclose(rate, warm_up if step < 5 else cosine, rel_tol=1e-9)
    yield result


def plateau_case(name, options, values):
    """`rates[k]` is the rate after `values[k]` has been reported."""
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    names = {"minimum": "min_lr"}
    scheduler = lrs.ReduceLROnPlateau(optimiser, **{names.get(key, key): value for key, value in options.items()})
    result = []
    for value in values:
        optimiser.step()
        scheduler.step(value)
        result.append(optimiser.param_groups[0]["lr"])
    return {"name": name, "options": options, "values": values, "rates": result}


def plateau_cases():
    # Falls, stands still, rises, and falls by less than the threshold.
    losses = [3.0, 2.0, 2.0, 2.5, 1.0, *[1.1, 0.99995, 1.0] * 8, 0.5, 0.4, *[0.4] * 12]
    yield plateau_case("the defaults", {}, losses)
    yield plateau_case("patience 0", {"patience": 0, "factor": 0.7}, losses)
    yield plateau_case("a minimum", {"patience": 1, "factor": 0.3, "minimum": 0.02}, losses)
    yield plateau_case("any improvement counts", {"patience": 2, "factor": 0.5, "threshold": 0.0}, losses)
    accuracies = [1 - loss / 4 for loss in losses]
    yield plateau_case("large is good", {"mode": "max", "patience": 2, "factor": 0.5, "threshold": 0.01}, accuracies)


def figures():
    return {
        "about": "Schedules by PyTorch: `rates[k]` is the learning rate in force during step k, counted from 0."
        " An option that is absent has PyTorch's default.",
        "pytorch": torch.__version__,
        "cases": [*step_cases(), *cosine_cases(), *one_cycle_cases(), *warm_up_cases()],
        "plateaus": list(plateau_cases()),
    }
