"""Checks ONNX files with the package onnx: python3 onnx-check.py PATH...

Writes JSON: for each file, the error of its checker, or the inferred shapes of its output.
"""
import json
import sys

import onnx
from onnx import checker, shape_inference


def check(path):
    try:
        checker.check_model(path, full_check=True)
        model = onnx.load(path)
        model.graph.output[0].type.tensor_type.ClearField("shape")
        inferred = shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        output = inferred.graph.output[0].type.tensor_type
        return {
            "output": [dim.dim_param or dim.dim_value for dim in output.shape.dim],
            "opset": model.opset_import[0].version,
            "initialisers": {each.name: list(each.dims) for each in model.graph.initializer},
        }
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


json.dump([check(path) for path in sys.argv[1:]], sys.stdout)
