"""Losses: value and gradient of the input, for every reduction, at ordinary and at extreme logits."""

import torch
from torch.nn import functional as F

from figure import differentiate, normal, uniform

REDUCTIONS = ("mean", "sum", "none")
LOGITS = torch.tensor(
    [
        [-3.1, -1.5, -1.3, -3.2],
        [1.7, 0.5, -1.3, 1.6],
        [0.9, 2.3, 3.5, -0.2],
        [0.1, -1.2, -1.6, -0.3],
        [-4.0, -1.8, 0.4, 2.6],
    ]
)
LABELS = torch.tensor([0, 3, 1, 1, 2])
CLASS_WEIGHTS = torch.tensor([0.5, 1.0, 2.0, 0.25])

# Right and certain, wrong and certain, undecided, far apart, all equal.
EXTREME_LOGITS = torch.tensor(
    [[100.0, -100.0, 0.0, 0.0], [100.0, 0.0, 0.0, -100.0], [100.0, 100.0, -100.0, -100.0], [-100.0] * 4, [100.0] * 4]
)


def case(name, loss, options, function, input, target):
    value, cotangent, gradients, float32_deviation = differentiate(function, {"input": input})
    return {
        "name": name,
        "function": loss,
        "options": options,
        "input": input,
        "target": target,
        "loss": value,
        "gradOutput": cotangent,
        "gradInput": gradients["input"],
        "float32Deviation": float32_deviation,
    }


def cross_entropy_case(name, input, reduction, smoothing, weight=None):
    def cross_entropy(input):
        typed = None if weight is None else weight.to(input.dtype)
        return F.cross_entropy(input, LABELS, typed, reduction=reduction, label_smoothing=smoothing)

    options = {"reduction": reduction, "labelSmoothing": smoothing}
    if weight is not None:
        options["weight"] = weight
    name = f"crossEntropy, {name}, reduction {reduction}, labelSmoothing {smoothing}"
    return case(name, "crossEntropy", options, cross_entropy, input, LABELS)


def cross_entropy_cases():
    for reduction in REDUCTIONS:
        for smoothing in (0, 0.1):
            yield cross_entropy_case("ordinary logits", LOGITS, reduction, smoothing)
            yield cross_entropy_case("extreme logits", EXTREME_LOGITS, reduction, smoothing)
            yield cross_entropy_case("class weights", LOGITS, reduction, smoothing, CLASS_WEIGHTS)


def nll_cases():
    log_probabilities = LOGITS.log_softmax(1)
    for reduction in REDUCTIONS:
        for weight in (None, CLASS_WEIGHTS):

            def nll(input):
                typed = None if weight is None else weight.to(input.dtype)
                return F.nll_loss(input, LABELS, typed, reduction=reduction)

            options = {"reduction": reduction} if weight is None else {"reduction": reduction, "weight": weight}
            name = f"nllLoss, {'plain' if weight is None else 'class weights'}, reduction {reduction}"
            yield case(name, "nllLoss", options, nll, log_probabilities, LABELS)


def mse_cases():
    input, target = normal(5, 4), normal(5, 4)
    input[0] = target[0]
    for reduction in REDUCTIONS:

        def mse(input):
            return F.mse_loss(input, target.to(input.dtype), reduction=reduction)

        yield case(f"mseLoss, reduction {reduction}", "mseLoss", {"reduction": reduction}, mse, input, target)


def binary_cases():
    hard = torch.tensor([[1.0, 0.0, 1.0, 0.0]]).expand(5, 4)
    soft = uniform(0, 1, 5, 4)
    for name, input, target in (
        ("hard targets", LOGITS, hard),
        ("soft targets", LOGITS, soft),
        ("extreme logits", EXTREME_LOGITS, hard),
    ):
        for reduction in REDUCTIONS:
            for pos_weight in (None, CLASS_WEIGHTS):

                def binary(input):
                    typed = None if pos_weight is None else pos_weight.to(input.dtype)
                    return F.binary_cross_entropy_with_logits(
                        input, target.to(input.dtype), pos_weight=typed, reduction=reduction
                    )

                options = {"reduction": reduction}
                if pos_weight is not None:
                    options["posWeight"] = pos_weight
                full = f"binaryCrossEntropyWithLogits, {name}, reduction {reduction}"
                full += "" if pos_weight is None else ", posWeight"
                yield case(full, "binaryCrossEntropyWithLogits", options, binary, input, target)


def regression_cases():
    """Errors of 0, at the kinks, below and above them."""
    input, target = normal(5, 4) * 2, normal(5, 4)
    input[0] = target[0]
    input[1] = torch.tensor([1.0, -1.0, 0.5, -0.5])
    target[1] = torch.zeros(4)
    input[2, 0] = 1e4
    for reduction in REDUCTIONS:
        options = {"reduction": reduction}

        def l1(input):
            return F.l1_loss(input, target.to(input.dtype), reduction=reduction)

        yield case(f"l1Loss, reduction {reduction}", "l1Loss", options, l1, input, target)
        for knee in (1.0, 0.5):

            def huber(input):
                return F.huber_loss(input, target.to(input.dtype), reduction=reduction, delta=knee)

            def smooth_l1(input):
                return F.smooth_l1_loss(input, target.to(input.dtype), reduction=reduction, beta=knee)

            full = {**options, "delta": knee}
            yield case(f"huberLoss, delta {knee}, reduction {reduction}", "huberLoss", full, huber, input, target)
            full = {**options, "beta": knee}
            name = f"smoothL1Loss, beta {knee}, reduction {reduction}"
            yield case(name, "smoothL1Loss", full, smooth_l1, input, target)


def kl_cases():
    """Targets that are distributions, one of them with zeros."""
    input = (normal(5, 4) * 2).log_softmax(1)
    target = normal(5, 4).softmax(1)
    target[0] = torch.tensor([0.0, 1.0, 0.0, 0.0])
    for reduction in ("batchmean", "sum", "none"):

        def kl(input):
            return F.kl_div(input, target.to(input.dtype), reduction=reduction)

        options = {"reduction": {"batchmean": "batchMean"}.get(reduction, reduction)}
        yield case(f"klDivLoss, reduction {reduction}", "klDivLoss", options, kl, input, target)


def figures():
    return {
        "about": "Losses by PyTorch: `loss` for `input` and `target`, and its gradient for the cotangent `gradOutput`.",
        "pytorch": torch.__version__,
        "cases": [*cross_entropy_cases(), *nll_cases(), *mse_cases(), *binary_cases(), *regression_cases(), *kl_cases()],
    }
