"""Reads ONNX files and writes them again, with floats in lists in place of raw data: python3 onnx-rewrite.py FROM TO ...

Writes the number of files.
"""
import sys

import numpy
import onnx

paths = sys.argv[1:]
for source, target in zip(paths[::2], paths[1::2]):
    model = onnx.load(source)
    for tensor in model.graph.initializer:
        values = numpy.frombuffer(tensor.raw_data, dtype="<f4")
        tensor.ClearField("raw_data")
        tensor.float_data.extend(values.tolist())
    onnx.save(model, target)
print(len(paths) // 2)
