/** Experiments of the stage Planes. Their claims are tested in test/experiments.test.ts. */
import type { Experiment } from "../../app/experiments.tsx";

export const experiments: readonly Experiment[] = [
  {
    title: "A circle in eight numbers",
    text: "One hidden unit with edges of degree 2 can add up x₁² and x₂². A circle needs no more.",
    query: "data=circle&hidden=1&degree=2&basis=monomial&squash=none&lr=0.03",
  },
  {
    title: "How to multiply",
    text: "Exclusive or asks for the sign of x₁x₂ = ((x₁ + x₂)² − (x₁ − x₂)²) / 4. Two units with squares find it.",
    query: "data=xor&hidden=2&degree=2&basis=monomial&squash=none&lr=0.03",
  },
  {
    title: "Four kinks are too few",
    text: "The same network for the spirals with ReLU on its edges. Add units and a second layer until it works.",
    query: "data=spirals&edges=relu&hidden=4",
  },
  {
    title: "Too free",
    text: "Noisy spirals and many polynomials of high degree: all training points are right, and most of the plane is wrong.",
    query: "data=spirals&noise=8&hidden=10&degree=10",
  },
];
