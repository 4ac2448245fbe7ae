/** What the choices about networks are called. */

export const edgeTitles = { polynomial: "Polynomials", relu: "ReLU", spline: "B-splines" } as const;
export const basisTitles = {
  chebyshev: "Chebyshev",
  legendre: "Legendre",
  hermite: "Hermite",
  monomial: "Powers",
} as const;
export const squashTitles = { tanh: "tanh", none: "nothing" } as const;
