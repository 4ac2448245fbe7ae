"""Exports networks of PyTorch to ONNX: python3 onnx-export.py DIRECTORY

Writes NAME-OPSET.onnx for each network, and to stdout JSON: for each file, the shape and values of an input, and what
PyTorch computes from it.
"""
import json
import sys
import warnings

import torch
from torch import nn

warnings.filterwarnings("ignore")
torch.manual_seed(1)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(6, 6)
        self.norm = nn.LayerNorm(6)
        self.last = nn.Linear(6, 3)

    def forward(self, x):
        return self.last(x + torch.relu(self.first(self.norm(x))))


class Parts(nn.Module):
    """Shapes that depend on the batch, slices, parts, products and reductions."""

    def forward(self, x):
        a, b = x.chunk(2, dim=1)
        y = torch.cat([a * b, a - b, x[:, 1:5:2]], dim=1)
        z = y.view(y.size(0), -1, 2).transpose(1, 2)
        return torch.where(z > 0, z, z.abs() * 0.1).mean(dim=2) + x.pow(3).sum(dim=1, keepdim=True) / x.size(1)


class Images(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(12, 4)

    def forward(self, x):
        return torch.log_softmax(self.layer(x.flatten(1)), dim=1)


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(10, 4)
        self.layer = nn.Linear(4, 2)

    def forward(self, x):
        return self.layer(self.table(x).mean(dim=1))


activations = {
    "ReLU": nn.ReLU(),
    "LeakyReLU": nn.LeakyReLU(0.2),
    "ELU": nn.ELU(0.7),
    "GELU": nn.GELU(),
    "SiLU": nn.SiLU(),
    "Softplus": nn.Softplus(),
    "Tanh": nn.Tanh(),
    "Sigmoid": nn.Sigmoid(),
    "SELU": nn.SELU(),
    "Hardtanh": nn.Hardtanh(-0.5, 0.7),
    "Softsign": nn.Softsign(),
    "PReLU": nn.PReLU(),
    "Hardswish": nn.Hardswish(),
}


def mlp(activation):
    return nn.Sequential(nn.Linear(6, 5), activation, nn.Linear(5, 3))


networks = {name: (mlp(activation), torch.randn(7, 6)) for name, activation in activations.items()}
networks["Softmax"] = (nn.Sequential(nn.Linear(6, 4), nn.Softmax(dim=1)), torch.randn(7, 6))
networks["LayerNorm"] = (nn.Sequential(nn.Linear(6, 5), nn.LayerNorm(5, eps=1e-3), nn.Linear(5, 3)), torch.randn(7, 6))
networks["BatchNorm1d"] = (nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5), nn.Dropout(), nn.Linear(5, 3)), torch.randn(7, 6))
networks["without bias"] = (nn.Sequential(nn.Linear(6, 5, bias=False), nn.Tanh(), nn.Linear(5, 3)), torch.randn(7, 6))
networks["three axes"] = (nn.Sequential(nn.Linear(6, 5), nn.GELU(), nn.LayerNorm(5)), torch.randn(2, 7, 6))
networks["images"] = (Images(), torch.randn(7, 3, 4))
networks["residual"] = (Residual(), torch.randn(7, 6))
networks["parts"] = (Parts(), torch.randn(7, 6))
networks["tokens"] = (Tokens(), torch.randint(0, 10, (7, 3)))

results = []
for name, (network, x) in networks.items():
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
        for buffer in network.buffers():
            if buffer.dtype == torch.float32:
                buffer.add_(torch.rand_like(buffer))
    network.eval()
    for opset in [9, 11, 13, 16]:
        if name == "Hardswish" and opset < 14:
            continue
        path = f"{sys.argv[1]}/{name}-{opset}.onnx"
        try:
            torch.onnx.export(network, x, path, opset_version=opset, input_names=["x"], output_names=["y"],
                              dynamic_axes={"x": {0: "n"}, "y": {0: "n"}})
        except Exception as error:
            results.append({"name": name, "opset": opset, "error": f"{type(error).__name__}: {error}"[:300]})
            continue
        with torch.no_grad():
            y = network(x)
        results.append({"name": name, "opset": opset, "path": path, "shape": list(x.shape),
                        "x": x.flatten().tolist(), "yShape": list(y.shape), "y": y.flatten().tolist()})
json.dump(results, sys.stdout)
