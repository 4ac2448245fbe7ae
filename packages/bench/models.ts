/** The article's networks, and random images as sparse as MNIST's. */
import {
  Flatten,
  ImageDataset,
  LayerNorm,
  Linear,
  loretz2024,
  Polynomial,
  type PolynomialOptions,
  Random,
  ReLU,
  Sequential,
  variancePreserving,
} from "polygrad";

/** Random images: a fifth of the pixels are not zero. Speed does not depend on what they show. */
export function images(count: number): ImageDataset {
  const random = new Random(1);
  const bytes = Uint8Array.from({ length: count * 784 }, () => (random.uniform() < 0.2 ? random.below(256) : 0));
  const labels = Uint8Array.from({ length: count }, () => random.below(10));
  return new ImageDataset(bytes, [28, 28], labels, 10);
}

/** Chebyshev's polynomials of tanh, with a constant on every edge, as ChebyKAN has them. */
const chebyshev = (random: Random): PolynomialOptions => {
  const form = { basis: "chebyshev", squash: "tanh" } as const;
  return { ...form, degree: 3, bias: "edges", initialiser: variancePreserving(form), random };
};

export const models = {
  POLY: (random: Random): Sequential =>
    new Sequential(
      new Flatten(),
      new Polynomial(784, 20, { ...loretz2024, degree: 3, random }),
      new LayerNorm(20),
      new Polynomial(20, 10, { ...loretz2024, degree: 3, random }),
    ),
  CHEBYSHEV: (random: Random): Sequential =>
    new Sequential(
      new Flatten(),
      new Polynomial(784, 20, chebyshev(random)),
      new LayerNorm(20),
      new Polynomial(20, 10, chebyshev(random)),
    ),
  LINEAR: (random: Random): Sequential =>
    new Sequential(
      new Flatten(),
      new Linear(784, 20, { random }),
      new ReLU(),
      new LayerNorm(20),
      new Linear(20, 10, { random }),
    ),
};
