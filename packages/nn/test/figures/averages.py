"""Averages of weights: AveragedModel with the formula of get_ema_avg_fn, which came after PyTorch 1.13; float64."""

import torch
from torch.optim.swa_utils import AveragedModel

from figure import normal

STEPS = 12


def case(decay, values):
    model = torch.nn.Linear(3, 2, bias=False).double()
    averaged = AveragedModel(model, avg_fn=lambda average, current, _: decay * average + (1 - decay) * current)
    averages = []
    for value in values:
        with torch.no_grad():
            model.weight.copy_(value)
        averaged.update_parameters(model)
        averages.append(averaged.module.weight.detach().clone())
    return {"name": f"decay {decay}", "decay": decay, "averages": torch.stack(averages)}


def figures():
    values = normal(STEPS, 2, 3).double()
    return {
        "about": "Exponential moving averages by PyTorch: after step k, from 0, the parameter is `values[k]` and its"
        " average `averages[k]`.",
        "pytorch": torch.__version__,
        "values": values,
        "cases": [case(decay, values) for decay in (0.0, 0.5, 0.9, 0.999)],
    }
