/** A small network of a polynomial, a normalising and a linear layer, and a loss of it. */
import type { Variable } from "@polygrad/autograd";
import { tensor } from "@polygrad/tensor";
import { LayerNorm, Linear, loretz2024, Polynomial, Sequential } from "../../src/index.ts";

export const network = (): Sequential =>
  new Sequential(new Polynomial(3, 4, { ...loretz2024, degree: 2 }), new LayerNorm(4), new Linear(4, 2));

export const loss = (model: Sequential): Variable =>
  model
    .forward(tensor([[0.5, -1, 2]]))
    .square()
    .sum();
