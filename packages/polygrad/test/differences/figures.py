"""Writes figures.json: `python3 figures.py`. It computes PyTorch's and NumPy's sides of docs/pytorch.md.

`results` are those of the rows of "Where we differ": see tensor_results.py and training_results.py. `names` are the
entries of the first columns of the other tables, each of which has been run, with the numbers that it gives, if any:
see names.py.
"""

import json
import sys
import warnings
from pathlib import Path

sys.dont_write_bytecode = True

import numpy as np
import tensor_results
import torch
import training_results
from names import entries, plain, programs, run

FOLDER = Path(__file__).parent
PAGE = FOLDER.parents[3] / "docs" / "pytorch.md"


def text(value, digits=6):
    """A value as the page writes it."""
    if value is None or isinstance(value, str):
        return str(value)
    if isinstance(value, (torch.Tensor, np.ndarray, np.generic)):
        return text(value.tolist(), digits)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(text(part, digits) for part in value)}]"
    if isinstance(value, (bool, np.bool_)):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return number(float(value), digits)
    return str(value).removeprefix("torch.")


def number(value, digits):
    if value != value:
        return "NaN"
    if abs(value) == float("inf"):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    rounded = f"{value:.{digits - 1}e}"
    mantissa, exponent = rounded.split("e")
    if -5 < int(exponent) < 6:
        return str(float(rounded))
    return f"{float(mantissa):g}e{int(exponent)}"


def result(function):
    """What a function gives, or the name of its error."""
    if function is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return text(function())
    except Exception as error:
        return type(error).__name__


if __name__ == "__main__":
    torch.set_num_threads(1)
    page = PAGE.read_text() if PAGE.exists() else ""
    rows = {**tensor_results.RESULTS, **training_results.RESULTS}
    results = {row: dict(zip(("pytorch", "numpy"), map(result, sides))) for row, sides in rows.items()}
    names = {name: plain(run(name)) for name in sorted(set(entries(page)))}
    for program in programs(page):
        run(program)
    texts = {name: value if value is None else text(value, 5) for name, value in names.items()}
    figures = {"pytorch": torch.__version__, "numpy": np.__version__, "results": results, "names": texts}
    (FOLDER / "figures.json").write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
