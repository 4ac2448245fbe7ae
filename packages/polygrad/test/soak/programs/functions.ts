/** Functions of one number, each with three derivatives: the third bounds the error of the second. Read hyper.ts first. */
import { chain, doubtful, type Hyper, mul, neg } from "./hyper.ts";
import { type Part, UNIT } from "./part.ts";

/** How many roundings the library's code for one function or derivative may amount to. */
const ROUNDINGS = 12;

/** f, f', f'' and f''' at a point; and, where f, f' or f'' cancels, the sizes of the terms that the library adds up. */
interface Derivatives {
  readonly at: readonly [f: number, first: number, second: number, third: number];
  readonly sizes?: readonly [f: number, first: number, second: number];
}

type Smooth = (x: number) => Derivatives;

/** Applies a function. Out of its domain, or too close to the edge of it, the result is NaN. */
export function apply(f: Smooth, a: Hyper): Hyper {
  const { at, sizes = [0, 0, 0] } = f(a.x.value);
  const part = (k: 0 | 1 | 2): Part => {
    const size = Math.max(Math.abs(at[k]), sizes[k]);
    return { value: at[k], size, error: Math.abs(at[k + 1]) * a.x.error + ROUNDINGS * size };
  };
  return chain(a, part(0), part(1), part(2));
}

/** A function that is defined for x above 0 only. */
const positive =
  (f: Smooth) =>
  (a: Hyper): Hyper =>
    apply(a.x.value > 64 * a.x.error * UNIT ? f : () => ({ at: [NaN, NaN, NaN, NaN] }), a);

const smooth =
  (f: Smooth) =>
  (a: Hyper): Hyper =>
    apply(f, a);

/** A function with pieces: where two of them meet, at one of the `edges` of x, the result is uncertain. */
export const pieced =
  (f: Smooth, edges: (x: number) => readonly number[]) =>
  (a: Hyper): Hyper =>
    doubtful(
      apply(f, a),
      edges(a.x.value).some((edge) => Math.abs(a.x.value - edge) <= a.x.error * UNIT),
    );

const { exp: e, sqrt: root, abs: size } = Math;

/** erf x = 2/sqrt(pi) e^(-x^2) (x + 2/3 x^3 + 4/15 x^5 + ...): all terms have one sign. */
function errorFunction(x: number): number {
  if (size(x) > 6) return Math.sign(x);
  let [term, total] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / root(Math.PI)) * e(-x * x) * total;
}

const logistic = (x: number): number => 1 / (1 + e(-x));
const density = (x: number): number => e((-x * x) / 2) / root(2 * Math.PI);

export const exp = smooth((x) => ({ at: [e(x), e(x), e(x), e(x)] }));
export const log = positive((x) => ({ at: [Math.log(x), 1 / x, -1 / x ** 2, 2 / x ** 3] }));
export const sqrt = positive((x) => ({
  at: [root(x), 0.5 / root(x), -0.25 / root(x) ** 3, 0.375 / root(x) ** 5],
}));
export const square = smooth((x) => ({ at: [x * x, 2 * x, 2, 0] }));
const inverse: Smooth = (x) => ({ at: [1 / x, -1 / x ** 2, 2 / x ** 3, -6 / x ** 4] });

export function reciprocal(a: Hyper): Hyper {
  return a.x.value < 0 ? neg(reciprocal(neg(a))) : positive(inverse)(a);
}
export function div(a: Hyper, b: Hyper): Hyper {
  return mul(a, reciprocal(b));
}

/** x^n for an integer n from 0 up. */
export const power = (n: number): ((a: Hyper) => Hyper) =>
  smooth((x) => {
    const term = (k: number) => {
      let factor = 1;
      for (let i = 0; i < k; i++) factor *= n - i;
      return factor === 0 ? 0 : factor * x ** (n - k);
    };
    return { at: [term(0), term(1), term(2), term(3)] };
  });

export const sin = smooth((x) => ({ at: [Math.sin(x), Math.cos(x), -Math.sin(x), -Math.cos(x)] }));
export const cos = smooth((x) => ({ at: [Math.cos(x), -Math.sin(x), -Math.cos(x), Math.sin(x)] }));

const asin: Smooth = (x) => {
  const c = root(1 - x * x);
  return { at: [Math.asin(x), 1 / c, x / c ** 3, (1 + 2 * x * x) / c ** 5] };
};

const tanh: Smooth = (x) => {
  const t = Math.tanh(x);
  return {
    at: [t, 1 - t * t, -2 * t * (1 - t * t), 2 + 8 * t * t],
    sizes: [0, 1 + t * t, 2 * size(t) * (1 + t * t)],
  };
};

const sigmoid: Smooth = (x) => {
  const [s, slope] = [logistic(x), logistic(x) * logistic(-x)];
  return { at: [s, slope, slope * (1 - 2 * s), slope * (1 + 6 * s + 6 * s * s)], sizes: [0, 0, slope] };
};

const erf: Smooth = (x) => {
  const slope = (2 / root(Math.PI)) * e(-x * x);
  return {
    at: [errorFunction(x), slope, -2 * x * slope, (4 * x * x + 2) * slope],
    sizes: [0, slope * (1 + x * x), 2 * size(x) * slope * (1 + x * x)],
  };
};

const gelu: Smooth = (x) => {
  const [share, dense] = [(1 + errorFunction(x * Math.SQRT1_2)) / 2, density(x)];
  return {
    at: [x * share, share + x * dense, dense * (2 - x * x), dense * (size(x) ** 3 + 4 * size(x))],
    sizes: [size(x), 1 + size(x) * dense, dense * (2 + 2 * x * x + x ** 4)],
  };
};

/** The functions of one tensor by their names in the library, for every real number. */
export const EVERYWHERE: Readonly<Record<string, (a: Hyper) => Hyper>> = {
  sin,
  cos,
  tan: (a) => div(sin(a), cos(a)),
  exp,
  expm1: smooth((x) => ({ at: [Math.expm1(x), e(x), e(x), e(x)], sizes: [0, 2 + e(x), 2 + e(x)] })),
  tanh: smooth(tanh),
  sigmoid: smooth(sigmoid),
  softplus: smooth((x) => {
    const { at } = sigmoid(x);
    return { at: [Math.max(x, 0) + Math.log1p(e(-size(x))), at[0], at[1], at[3]] };
  }),
  erf: smooth(erf),
  gelu: smooth(gelu),
  atan: smooth((x) => {
    const below = 1 + x * x;
    return { at: [Math.atan(x), 1 / below, (-2 * x) / below ** 2, (6 * x * x + 2) / below ** 3] };
  }),
  sinh: smooth((x) => ({ at: [Math.sinh(x), Math.cosh(x), Math.sinh(x), Math.cosh(x)] })),
  cosh: smooth((x) => ({ at: [Math.cosh(x), Math.sinh(x), Math.cosh(x), Math.sinh(x)] })),
  square,
  neg,
  abs: pieced(
    (x) => ({ at: [size(x), Math.sign(x), 0, 0] }),
    () => [0],
  ),
  relu: pieced(
    (x) => ({ at: [Math.max(x, 0), x > 0 ? 1 : 0, 0, 0] }),
    () => [0],
  ),
  sign: pieced(
    (x) => ({ at: [Math.sign(x), 0, 0, 0] }),
    () => [0],
  ),
  round: pieced(
    (x) => ({ at: [Math.round(x), 0, 0, 0] }),
    (x) => [Math.floor(x) + 0.5],
  ),
  floor: pieced(
    (x) => ({ at: [Math.floor(x), 0, 0, 0] }),
    (x) => [Math.round(x)],
  ),
  ceil: pieced(
    (x) => ({ at: [Math.ceil(x), 0, 0, 0] }),
    (x) => [Math.round(x)],
  ),
};

/** Functions that the generator applies to x^2 + 1/2. */
export const ABOVE_ZERO: Readonly<Record<string, (a: Hyper) => Hyper>> = {
  log,
  log1p: positive((x) => ({ at: [Math.log1p(x), 1 / (1 + x), -1 / (1 + x) ** 2, 2 / (1 + x) ** 3] })),
  log2: positive((x) => ({
    at: [Math.log2(x), 1 / (x * Math.LN2), -1 / (x ** 2 * Math.LN2), 2 / (x ** 3 * Math.LN2)],
  })),
  sqrt,
  rsqrt: positive((x) => ({
    at: [1 / root(x), -0.5 / root(x) ** 3, 0.75 / root(x) ** 5, -1.875 / root(x) ** 7],
  })),
};

/** Functions that the generator applies to 7/8 tanh x. */
export const WITHIN_ONE: Readonly<Record<string, (a: Hyper) => Hyper>> = {
  asin: smooth(asin),
  acos: smooth((x) => {
    const { at } = asin(x);
    return { at: [Math.acos(x), -at[1], -at[2], -at[3]] };
  }),
};
