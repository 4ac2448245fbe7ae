"""Writes every figure in this folder: `python3 make_figures.py`. See README.md for what they hold.

Reading order: figure.py, then any of the modules named below; each returns the figures of one JSON file.
"""

import sys

sys.dont_write_bytecode = True

import torch

import averages
import batch_norm
import functional
import init
import layers
import losses
import mean_squares
import optimisers
import schedules
import training
from figure import generator, write

if __name__ == "__main__":
    torch.set_num_threads(1)
    for module in (layers, losses, optimisers, schedules, init, training, functional, averages, batch_norm, mean_squares):
        generator.seed(0)  # each file's figures are independent of the others
        write(module.__name__, module.figures())
