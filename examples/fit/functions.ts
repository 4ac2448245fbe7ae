/** The functions that networks are fitted to: of one variable, of two, and formulas of physics. */
import type { Tensor } from "polygrad";

/** A function of one or several variables, each in an interval. */
export interface Target {
  readonly title: string;
  /** The ends of each variable's interval. */
  readonly intervals: readonly (readonly [number, number])[];
  /** The function of columns `[n, 1]`, one for each variable. */
  readonly of: (...variables: readonly Tensor[]) => Tensor;
}

const unit: Target["intervals"][number] = [-1, 1];
const [oneToThree, oneToFive]: Target["intervals"] = [
  [1, 3],
  [1, 5],
];

/**
 * Smooth, with a kink, of high frequency, discontinuous; the first example of the KAN paper (Liu et al. 2024); and five
 * formulas of its table 2, with all their variables, in the intervals of the Feynman database (Udrescu & Tegmark 2020).
 */
export const functions = {
  sine: { title: "sin(2πx)", intervals: [unit], of: (x) => x.mul(2 * Math.PI).sin() },
  kink: { title: "|x|", intervals: [unit], of: (x) => x.abs() },
  waves: { title: "sin(20πx)", intervals: [unit], of: (x) => x.mul(20 * Math.PI).sin() },
  step: { title: "sign(x)", intervals: [unit], of: (x) => x.sign() },
  kan: {
    title: "exp(sin(πx) + y²)",
    intervals: [unit, unit],
    of: (x, y) => x.mul(Math.PI).sin().add(y.square()).exp(),
  },
  "I.6.2": {
    title: "I.6.2: exp(-(θ/σ)²/2) / √(2πσ²)",
    intervals: [oneToThree, oneToThree],
    of: (theta, sigma) =>
      theta
        .div(sigma)
        .square()
        .mul(-0.5)
        .exp()
        .div(sigma.mul(Math.sqrt(2 * Math.PI))),
  },
  "I.12.11": {
    title: "I.12.11: q(E + Bv sin θ)",
    intervals: [oneToFive, oneToFive, oneToFive, oneToFive, oneToFive],
    of: (q, e, b, v, theta) => b.mul(v).mul(theta.sin()).add(e).mul(q),
  },
  "I.13.12": {
    title: "I.13.12: Gm₁m₂(1/r₂ - 1/r₁)",
    intervals: [oneToFive, oneToFive, oneToFive, oneToFive, oneToFive],
    of: (g, m1, m2, r1, r2) => r2.pow(-1).sub(r1.pow(-1)).mul(g).mul(m1).mul(m2),
  },
  "I.27.6": {
    title: "I.27.6: 1/(1/d₁ + n/d₂)",
    intervals: [oneToFive, oneToFive, oneToFive],
    of: (d1, d2, n) => d1.pow(-1).add(n.div(d2)).pow(-1),
  },
  "I.50.26": {
    title: "I.50.26: x(cos ωt + α cos² ωt)",
    intervals: [oneToThree, oneToThree, oneToThree, oneToThree],
    of: (x, omega, t, alpha) => {
      const cosine = omega.mul(t).cos();
      return cosine.add(cosine.square().mul(alpha)).mul(x);
    },
  },
} as const satisfies Readonly<Record<string, Target>>;
