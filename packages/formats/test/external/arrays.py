"""NumPy's side of numpy.test.ts. Arrays travel as hexadecimal bytes of their elements in row-major order, little-endian.

arrays.py write FOLDER < [{"name", "dtype", "shape", "data", "order", "version", "swap"}]   writes NAME.npy, and all.npz, packed.npz
arrays.py read FILE...                                        -> {FILE: {name: {"dtype", "shape", "data"}}}
"""
import json
import sys

import numpy as np


def shown(x):
    little = np.ascontiguousarray(x).astype(x.dtype.newbyteorder("<"), copy=False)
    return {"dtype": x.dtype.name, "shape": list(x.shape), "data": little.tobytes().hex()}


if sys.argv[1] == "write":
    arrays = {}
    for item in json.load(sys.stdin):
        dtype = np.dtype(item["dtype"]).newbyteorder("<")
        x = np.frombuffer(bytes.fromhex(item["data"]), dtype=dtype).reshape(item["shape"])
        if item["swap"]:
            x = x.astype(x.dtype.newbyteorder(">"))
        x = np.array(x, order=item["order"])
        arrays[item["name"]] = x
        with open(f"{sys.argv[2]}/{item['name']}.npy", "wb") as file:
            np.lib.format.write_array(file, x, version=tuple(item["version"]))
    np.savez(f"{sys.argv[2]}/all.npz", **arrays)
    np.savez_compressed(f"{sys.argv[2]}/packed.npz", **arrays)
else:
    result = {}
    for path in sys.argv[2:]:
        loaded = np.load(path)
        result[path] = {name: shown(loaded[name]) for name in loaded.files} if path.endswith(".npz") else {"": shown(loaded)}
    json.dump(result, sys.stdout)
