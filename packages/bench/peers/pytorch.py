"""PyTorch as a contender: `article` computes powers as the article does, `products` by multiplication."""

import itertools
import json
import os
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

IMAGES = 60_000


class Polynomial(nn.Module):
    """y[b, o] = sum_i sum_d w[o, i, d] x[b, i]^d."""

    def __init__(self, inputs, outputs, powers):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs, 4))
        self.powers = powers

    def forward(self, x):
        return self.powers(x).flatten(1) @ self.weight.flatten(1).t()


def powers_as_in_the_article(x):
    """[batch, inputs] to [batch, inputs, 4]: ones, x, and torch.pow of repeated x for the higher powers."""
    higher = torch.pow(x.unsqueeze(2).expand(-1, -1, 2), torch.arange(2, 4))
    return torch.cat((torch.ones_like(x).unsqueeze(2), x.unsqueeze(2), higher), 2)


def powers_by_multiplication(x):
    square = x * x
    return torch.stack((torch.ones_like(x), x, square, square * x), 2)


class Chebyshev(nn.Module):
    """ChebyKAN's layer, y[b, o] = sum_i sum_k w[o, i, k] cos(k acos(tanh x[b, i])): T_k(cos a) = cos(k a)."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs, 4))
        self.register_buffer("degrees", torch.arange(4))

    def forward(self, x):
        angles = torch.tanh(x).unsqueeze(2).expand(-1, -1, 4).acos()
        return torch.einsum("bid,oid->bo", (angles * self.degrees).cos(), self.weight)


class BSpline(nn.Module):
    """efficient-kan's layer: all 8 functions of every element by Cox and de Boor's recursion, times the weights."""

    def __init__(self, inputs, outputs, grid=5, order=3):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs, grid + order))
        self.base = nn.Parameter(torch.empty(outputs, inputs))
        self.order = order
        knots = torch.arange(-order, grid + order + 1, dtype=torch.float64) * (2 / grid) - 1
        self.register_buffer("knots", knots.float().expand(inputs, -1).contiguous())

    def functions(self, x):
        x, knots = x.unsqueeze(-1), self.knots
        values = ((x >= knots[:, :-1]) & (x < knots[:, 1:])).to(x.dtype)
        for k in range(1, self.order + 1):
            rising = (x - knots[:, : -(k + 1)]) / (knots[:, k:-1] - knots[:, : -(k + 1)])
            falling = (knots[:, k + 1 :] - x) / (knots[:, k + 1 :] - knots[:, 1:-k])
            values = rising * values[:, :, :-1] + falling * values[:, :, 1:]
        return values

    def forward(self, x):
        splines = F.linear(self.functions(x).flatten(1), self.weight.flatten(1))
        return F.linear(F.silu(x), self.base) + splines


def poly(variant):
    powers = powers_as_in_the_article if variant == "article" else powers_by_multiplication
    return nn.Sequential(Polynomial(784, 20, powers), nn.LayerNorm(20), Polynomial(20, 10, powers))


MODELS = {
    "poly": poly,
    "linear": lambda _: nn.Sequential(nn.Linear(784, 20), nn.ReLU(), nn.LayerNorm(20), nn.Linear(20, 10)),
    "cheby": lambda _: nn.Sequential(Chebyshev(784, 20), nn.LayerNorm(20), Chebyshev(20, 10)),
    "kan": lambda _: nn.Sequential(BSpline(784, 20), BSpline(20, 10)),
    "kan8": lambda _: nn.Sequential(BSpline(784, 8), BSpline(8, 10)),
}


def read(path, dtype):
    data = bytearray(os.path.getsize(path))
    with open(path, "rb") as file:
        file.readinto(data)
    return torch.frombuffer(data, dtype=dtype)


def read_images(path):
    """Pixels as float32 in [0, 1], and labels."""
    data = read(path, torch.uint8)
    images = len(data) // 785
    return data[: images * 784].reshape(images, 784).float().div_(255), data[images * 784 :].long()


def peak():
    """Linux counts it for this program; `ru_maxrss` can be that of the process that started it."""
    try:
        with open("/proc/self/status") as status:
            lines = dict(line.split(":", 1) for line in status)
        return {"peakBytes": 1024 * int(lines["VmHWM"].split()[0])}
    except OSError:
        return {}


def training(job):
    """Returns the model and a function that trains as many batches as a request says."""
    pixels, labels = read_images(job["data"])
    orders = read(job["orders"], torch.int32).long().reshape(-1, IMAGES)
    batches = (rows for order in orders for rows in order.split(job["batchSize"]))
    model = MODELS[job["model"]](job["variant"])
    with torch.no_grad():
        initial = read(job["parameters"], torch.float32)
        for parameter, values in zip(model.parameters(), initial.split([p.numel() for p in model.parameters()])):
            parameter.copy_(values.reshape(parameter.shape))
    optimiser = torch.optim.Adam(model.parameters(), lr=job["learningRate"])

    def train(request):
        steps = list(itertools.islice(batches, request["batches"]))
        start = time.perf_counter()
        losses = []
        for rows in steps:
            loss = F.cross_entropy(model(pixels[rows]), labels[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.detach())
        seconds = time.perf_counter() - start
        totals = [loss.item() * len(rows) for loss, rows in zip(losses, steps)]
        samples = sum(len(rows) for rows in steps)
        return {"seconds": seconds, "samples": samples, "loss": sum(totals) / samples, **peak()}

    return model, train


def race(job, ready):
    """Trains until the accuracy on the test images reaches the target."""
    model, train = training(job)
    say({"ready": ready})
    pixels, labels = read_images(job["test"])
    losses, accuracies = [], []
    while len(losses) < job["epochs"] and (not accuracies or accuracies[-1] < job["target"]):
        losses.append(train({"batches": -(-IMAGES // job["batchSize"])})["loss"])
        with torch.no_grad():
            answers = torch.cat([model(part).argmax(1) for part in pixels.split(1000)])
        accuracies.append((answers == labels).double().mean().item())
    say({"losses": losses, "accuracies": accuracies, **peak()})


def product():
    operands = {}

    def multiply(request):
        m, k, n = request["shape"]
        a, b = operands.setdefault((m, k, n), (torch.rand(m, k) - 0.5, torch.rand(k, n) - 0.5))
        times, end = [], time.perf_counter() + 0.1
        while len(times) < 5 or time.perf_counter() < end:
            start = time.perf_counter()
            a @ b
            times.append(time.perf_counter() - start)
        return {"seconds": statistics.median(times)}

    return multiply


def blas():
    """The library that multiplies matrices here; builds differ in speed by a factor of ten."""
    torch.rand(64, 64) @ torch.rand(64, 64)
    try:
        with open("/proc/self/maps") as maps:
            paths = {os.path.realpath(line.split()[-1]) for line in maps if ".so" in line}
    except OSError:
        paths = set()
    names = sorted({os.path.basename(path) for path in paths})
    for known in ("openblas", "mkl_rt", "blis", "atlas"):
        for name in names:
            if known in name:
                return name
    if "BLAS_INFO=mkl" in torch.__config__.show():
        return "MKL, built in"
    if any(name.startswith("libblas.so") for name in names):
        return "reference BLAS: SLOW, install libopenblas0-pthread"
    return "unknown"


def say(message):
    print(json.dumps(message, allow_nan=False), flush=True)


def main():
    job = json.loads(sys.argv[1])
    torch.set_num_threads(job["threads"])
    about = {"version": torch.__version__, "threads": job["threads"]}
    if job["task"] == "race":
        return race(job, about)
    answer = product() if job["task"] == "gemm" else training(job)[1]
    say({"ready": {**about, "blas": blas()}})
    for line in sys.stdin:
        say(answer(json.loads(line)))


main()
