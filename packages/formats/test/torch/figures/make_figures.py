"""Writes the files of this folder with PyTorch (1.13): `python3 make_figures.py [FOLDER]`.

zip.pt, legacy.pt, protocol4.pt  the same values in three containers; values.json says what is in them
double.pt                        a model in float64
modules.pt, modules.json         the state dict of one network for each row of the table in docs/formats.md, its inputs and outputs
hostile.json                     files that would run code in Python, or that are no data; in base64, with the name to be refused

Random numbers come from Python, whose generator is the same on every machine. In legacy.pt, the names of storages are
addresses, and differ in every run; all else is the same.
"""

import base64
import io
import json
import pickle
import random
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
FOLDER = FOLDER if FOLDER.is_dir() else FOLDER.parent
generator = random.Random(1)


def normal(*shape):
    return torch.tensor([generator.gauss(0, 1) for _ in range(torch.Size(shape).numel())]).reshape(shape)


def number(x):
    """A number as text that gives the same float64: "nan", "inf" and "-0.0" too."""
    return repr(float(x))


def values():
    """Tensors of all element types and layouts, and plain values."""
    base = normal(4, 6)
    special = torch.tensor([0.0, -0.0, 1.5, -2.25, float("inf"), float("-inf"), float("nan"), 6e-8])
    tensors = OrderedDict(
        float32=torch.cat([special, torch.tensor([1e-45, 3.4e38])]),
        float64=torch.cat([special.double(), torch.tensor([0.1, 5e-324], dtype=torch.float64)]),
        float16=special.half(),
        bfloat16=special.bfloat16(),
        int8=torch.tensor([-128, 0, 127], dtype=torch.int8),
        int16=torch.tensor([-(2**15), 2**15 - 1], dtype=torch.int16),
        int32=torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
        int64=torch.tensor([-(2**53) + 1, 7, 2**53 - 1]),
        uint8=torch.tensor([0, 255], dtype=torch.uint8),
        bool=torch.tensor([True, False, True]),
        base=base,
        transposed=base.T,
        rows=base[1:3],
        columns=base[:, 1::2],
        offset=base[2, 3],
        expanded=base[0, :1].expand(3, 2),
        windows=base.flatten().unfold(0, 4, 2),
        scalar=torch.tensor(3.5),
        empty=torch.empty(0, 3),
        parameter=nn.Parameter(normal(2)),
    )
    return {
        "model": tensors,
        "epoch": 3,
        "learning_rate": 0.1,
        "name": "Füße",
        "flags": [True, False, None],
        "size": torch.Size([2, 3]),
        "dtype": torch.float32,
        "seed": 2**64 - 1,
        "negative": -(2**40),
        "history": [{"loss": 0.5, "at": (1, 2)}, {"loss": float("inf"), "at": ()}],
        0: {"step": torch.tensor(7)},
    }


def described(value, path=""):
    """The names of all tensors and plain values, as readTorch gives them."""
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, (list, tuple)) and any(isinstance(x, (dict, list, tuple, torch.Tensor)) for x in value):
        parts = enumerate(value)
    elif isinstance(value, torch.Tensor):
        flat = value.detach().flatten().tolist()
        dtype = str(value.dtype).replace("torch.", "")
        return {path: {"dtype": dtype, "shape": list(value.shape), "values": [number(x) for x in flat]}}
    elif isinstance(value, torch.dtype):
        return {path: str(value)}
    elif isinstance(value, (list, tuple)):
        return {path: list(value)}
    else:
        return {path: str(value) if isinstance(value, int) and abs(value) >= 2**53 else number(value) if value == float("inf") else value}
    found = {}
    for key, part in parts:
        found.update(described(part, f"{path}.{key}" if path else str(key)))
    return found


class Polynomial(nn.Module):
    """The layer of the article (Loretz 2024): weight [outputs, inputs, degree + 1], or [1, inputs, degree + 1]."""

    def __init__(self, inputs, outputs, degree, elementwise=False):
        super().__init__()
        self.weight = nn.Parameter(normal(1 if elementwise else outputs, inputs, degree + 1) / 4)
        self.elementwise = elementwise

    def forward(self, x):
        powers = torch.stack([x**d for d in range(self.weight.shape[-1])], -1)
        if self.elementwise:
            return (powers * self.weight).sum(-1)
        return torch.einsum("bid,oid->bo", powers, self.weight)


class KANLinear(nn.Module):
    """B-splines with the names, shapes and formula of efficient-kan's KANLinear."""

    def __init__(self, inputs, outputs, grid=4, order=3, scaled=True):
        super().__init__()
        knots = torch.arange(-order, grid + order + 1) * (2 / grid) - 1
        self.register_buffer("grid", knots.expand(inputs, -1).contiguous())
        self.order = order
        self.base_weight = nn.Parameter(normal(outputs, inputs))
        self.spline_weight = nn.Parameter(normal(outputs, inputs, grid + order))
        self.scaled = scaled
        if scaled:
            self.spline_scaler = nn.Parameter(normal(outputs, inputs))

    def splines(self, x):
        x, t = x.unsqueeze(-1), self.grid
        b = ((x >= t[:, :-1]) & (x < t[:, 1:])).to(x.dtype)
        for k in range(1, self.order + 1):
            left = (x - t[:, : -(k + 1)]) / (t[:, k:-1] - t[:, : -(k + 1)])
            right = (t[:, k + 1 :] - x) / (t[:, k + 1 :] - t[:, 1:-k])
            b = left * b[..., :-1] + right * b[..., 1:]
        return b

    def forward(self, x):
        weight = self.spline_weight * self.spline_scaler.unsqueeze(-1) if self.scaled else self.spline_weight
        return nn.functional.silu(x) @ self.base_weight.T + torch.einsum("bik,oik->bo", self.splines(x), weight)


class Net(nn.Module):
    """A model with names of its own."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(3, 4)
        self.norm = nn.LayerNorm(4)
        self.output = nn.Linear(4, 2)

    def forward(self, x):
        return self.output(torch.tanh(self.norm(self.hidden(x))))


def modules():
    """A network for each row of the table: (name, module, inputs)."""
    x = normal(5, 3)
    images = normal(2, 2, 2)
    yield "Linear", nn.Linear(3, 2), x
    yield "Linear without bias", nn.Linear(3, 2, bias=False), x
    yield "Sequential", nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)), x
    yield "Flatten", nn.Sequential(nn.Flatten(), nn.Linear(4, 2)), images
    yield "nested", nn.Sequential(nn.Sequential(nn.Linear(3, 4), nn.Tanh()), nn.Linear(4, 2)), x
    yield "Embedding", nn.Embedding(5, 3), torch.tensor([[0, 4], [2, 2]])
    yield "LayerNorm", nn.LayerNorm(3, eps=1e-3), x
    yield "LayerNorm of two axes", nn.LayerNorm((2, 2)), images
    yield "BatchNorm1d", nn.BatchNorm1d(3, eps=1e-3), x
    yield "BatchNorm1d without affine", nn.BatchNorm1d(3, affine=False), x
    yield "Dropout", nn.Sequential(nn.Dropout(0.5), nn.Linear(3, 2)), x
    yield "Identity", nn.Sequential(nn.Identity(), nn.Linear(3, 2)), x
    for activation in (
        nn.ReLU(),
        nn.LeakyReLU(0.2),
        nn.ELU(0.5),
        nn.GELU(),
        nn.SiLU(),
        nn.Softplus(),
        nn.Tanh(),
        nn.Sigmoid(),
        nn.Softmax(-1),
        nn.LogSoftmax(-1),
    ):
        yield type(activation).__name__, nn.Sequential(nn.Linear(3, 4), activation), x
    yield "Polynomial", Polynomial(3, 2, 3), x
    yield "Polynomial, elementwise", Polynomial(3, 3, 2, elementwise=True), x
    yield "polynomial network", nn.Sequential(Polynomial(3, 4, 3), Polynomial(4, 2, 2), Polynomial(2, 2, 3, True)), x
    yield "KANLinear", KANLinear(3, 2), x / 3
    yield "KANLinear without scaler", KANLinear(3, 2, scaled=False), x / 3
    yield "Net", Net(), x


class Calls:
    """Pickles as a call."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def zipped(data):
    """A file of PyTorch around a pickle."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in (("archive/data.pkl", data), ("archive/version", b"3\n")):
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


def saved(value, **options):
    file = io.BytesIO()
    torch.save(value, file, **options)
    return file.getvalue()


def hostile():
    """(name that must be refused, file). In Python, those with a marker write the file that the environment names."""
    import builtins
    import collections
    import os
    import subprocess

    run = "import os; open(os.environ['MARKER'], 'w').close()"
    shell = 'touch "$MARKER"'
    for protocol in (2, 4):
        yield "posix.system", zipped(pickle.dumps({"0.weight": Calls(os.system, shell)}, protocol))
        yield ("__builtin__" if protocol == 2 else "builtins") + ".exec", zipped(pickle.dumps(Calls(exec, run), protocol))
        yield ("__builtin__" if protocol == 2 else "builtins") + ".eval", zipped(
            pickle.dumps([Calls(eval, f"exec({run!r})")], protocol)
        )
        # Protocol 2 calls modules by their names in Python 2.
        call = Calls(subprocess.check_call, shell, -1, None, None, None, None, None, True, True)
        yield ("commands" if protocol == 2 else "subprocess") + ".check_call", zipped(pickle.dumps(call, protocol))
        yield "collections.defaultdict", zipped(pickle.dumps(collections.defaultdict(list, a=[1]), protocol))
    yield "posix.system", saved({"0.weight": Calls(os.system, shell)}, _use_new_zipfile_serialization=False)
    yield "posix.system", saved({"0.weight": Calls(os.system, shell)})
    # The class of the persistent identifier of a storage, and the hooks of a parameter, in the place of data.
    yield "posix.system", zipped(b"\x80\x02(X\x07\x00\x00\x00storagecposix\nsystem\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x01tQ.")
    # Opcodes of protocol 0: INST and OBJ.
    yield "INST", zipped(b"\x80\x02(X\x0f\x00\x00\x00touch \"$MARKER\"iposix\nsystem\n.")
    yield "posix.system", zipped(b"\x80\x02(cposix\nsystem\nX\x0f\x00\x00\x00touch \"$MARKER\"o.")
    yield "EXT1", zipped(b"\x80\x02\x82\x01.")
    yield "torch.nn.modules.container.Sequential", saved(nn.Sequential(nn.Linear(1, 1)))
    yield "torch.nn.modules.container.Sequential", saved(nn.Sequential(nn.Linear(1, 1)), _use_new_zipfile_serialization=False)
    yield "__main__.Net", saved(Net())
    yield "numpy.core.multiarray.scalar", saved({"best": torch.ones(1).numpy()[0]})
    yield "torch._utils._rebuild_sparse_tensor", saved(torch.eye(2).to_sparse())
    yield "torch.ComplexFloatStorage", saved(torch.ones(1, dtype=torch.complex64))
    yield "torch.device", saved({"device": torch.device("cpu")})


if __name__ == "__main__":
    given = values()
    torch.save(given, FOLDER / "zip.pt")
    torch.save(given, FOLDER / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(given, FOLDER / "protocol4.pt", pickle_protocol=4)
    torch.save({"weight": torch.tensor([[0.1, 0.2]]).double(), "bias": torch.ones(1).double()}, FOLDER / "double.pt")
    (FOLDER / "values.json").write_text(json.dumps(described(given), indent=0, ensure_ascii=False) + "\n")
    states, cases = {}, {}
    for name, module, x in modules():
        for parameter in module.parameters():  # PyTorch's own initial values depend on the machine
            if not isinstance(module, (Polynomial, KANLinear)):
                parameter.data = normal(*parameter.shape)
        for buffer in module.buffers():
            if buffer.is_floating_point() and not isinstance(module, KANLinear):
                buffer.copy_(normal(*buffer.shape).abs() + 0.5)
        states[name] = module.state_dict()
        double = module.double().eval()(x if x.dtype == torch.int64 else x.double())
        cases[name] = {"inputs": x.tolist(), "outputs": double.float().tolist()}
    torch.save(states, FOLDER / "modules.pt")
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items())
    (FOLDER / "modules.json").write_text("{\n" + lines + "\n}\n")
    files = [{"refused": name, "file": base64.b64encode(data).decode()} for name, data in hostile()]
    (FOLDER / "hostile.json").write_text(json.dumps(files, indent=0) + "\n")
