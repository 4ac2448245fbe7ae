/** Experiments of the stage Curves. Their claims are tested in test/experiments.test.ts. */
import type { Experiment } from "../../app/experiments.tsx";

export const experiments: readonly Experiment[] = [
  {
    title: "One unit, one wave",
    text: "A single hidden unit with two polynomials of degree 12 follows a wave. A network of ReLU of that size does not.",
    query: "f=wave&hidden=1&degree=12",
  },
  {
    title: "A kink",
    text: "Two straight lines are what ReLU is made of. Smooth polynomials can only come near the corner.",
    query: "f=kink",
  },
  {
    title: "A jump",
    text: "Nothing here is made for jumps. See which network overshoots, and where the residuals stay.",
    query: "f=steps&degree=10&hidden=8",
  },
  {
    title: "Nothing bends",
    text: "With degree 1 and no tanh, a polynomial network is a straight line, whatever its size.",
    query: "f=cubic&degree=1&squash=none",
  },
];
