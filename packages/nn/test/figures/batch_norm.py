"""Batch normalisation: a few batches in training, then one in evaluation, and the running statistics after each."""

import torch

from figure import deviation, normal

BATCHES = 3


def case(name, shape, affine=True, **options):
    """`shape` is that of the batches; the last one has a row less, and is the one in evaluation too."""
    features = shape[1]
    parameters = {"weight": 1 + 0.5 * normal(features), "bias": normal(features)} if affine else {}
    batches = [normal(*shape) * 2 + normal(1, features, *[1] * (len(shape) - 2)) * 3 for _ in range(BATCHES)]
    batches[0][:, 0] *= 1e-3  # a variance below eps, so that eps is seen
    batches[-1] = batches[-1][1:].clone()
    cotangents = [normal(*batch.shape) for batch in batches]
    cotangents.append(normal(*batches[-1].shape))
    exact = run(torch.float64, parameters, batches, cotangents, options)
    single = run(torch.float32, parameters, batches, cotangents, options)
    return {
        "name": name,
        "features": features,
        "options": {"affine": affine, **options},
        "parameters": parameters,
        "batches": batches,
        "gradOutputs": cotangents,
        "steps": [{key: value.float() for key, value in step.items()} for step in exact],
        "float32Deviation": max(
            deviation(a, b) for one, other in zip(single, exact) for a, b in zip(one.values(), other.values())
        ),
    }


def run(dtype, parameters, batches, cotangents, options):
    names = {"eps": "eps", "momentum": "momentum", "trackRunningStatistics": "track_running_stats"}
    given = {names[name]: value for name, value in options.items()}
    features = batches[0].shape[1]
    layer = torch.nn.BatchNorm1d(features, affine=bool(parameters), **given).to(dtype)
    with torch.no_grad():
        for name, value in parameters.items():
            getattr(layer, name).copy_(value)
    steps = []
    for k, cotangent in enumerate(cotangents):
        layer.train(k < BATCHES)
        layer.zero_grad()
        input = batches[min(k, BATCHES - 1)].detach().clone().to(dtype).requires_grad_()
        output = layer(input)
        output.backward(cotangent.to(dtype))
        step = {"output": output.detach(), "gradInput": input.grad}
        step |= {f"grad{name.capitalize()}": value.grad.clone() for name, value in layer.named_parameters()}
        if layer.track_running_stats:
            step |= {"runningMean": layer.running_mean.clone(), "runningVariance": layer.running_var.clone()}
        steps.append(step)
    return steps


def figures():
    return {
        "about": "Batch normalisation by PyTorch: three batches in training, the last of them again in evaluation.",
        "pytorch": torch.__version__,
        "cases": [
            case("the defaults", [5, 4]),
            case("momentum 0.5, eps 0.1", [4, 3], momentum=0.5, eps=0.1),
            case("three axes", [3, 4, 5]),
            case("without parameters", [6, 3], affine=False),
            case("without running statistics", [5, 3], trackRunningStatistics=False),
        ],
    }
