/** Gradient rules of elementwise arithmetic, comparisons and choices: one line of calculus each. */
import type { Rules } from "../rule.ts";
import type { Variable } from "../variable.ts";

type Unary = Rules<[Variable]>;
type Binary = Rules<[Variable, Variable]>;

export const add: Binary = [(g) => g, (g) => g];
export const sub: Binary = [(g) => g, (g) => g.neg()];
export const mul: Binary = [(g, _y, _a, b) => g.mul(b), (g, _y, a) => g.mul(a)];
/** (a / b)' = a' / b - y b' / b. */
export const div: Binary = [(g, _y, _a, b) => g.div(b), (g, y, _a, b) => g.mul(y).div(b).neg()];

export const neg: Unary = [(g) => g.neg()];
/** sign(x), which is 0 at the kink. */
export const abs: Unary = [(g, _y, x) => g.mul(x.sign())];
export const square: Unary = [(g, _y, x) => g.mul(x).mul(2)];
/** 1 / (2 y). */
export const sqrt: Unary = [(g, y) => g.div(y.mul(2))];
/** -y^3 / 2. */
export const rsqrt: Unary = [(g, y) => g.mul(y.square().mul(y)).mul(-0.5)];
/** 1 where x > 0, and 0 at the kink. */
export const relu: Unary = [(g, _y, x) => g.mul(x.gt(0))];

/**
 * The share of one operand in a maximum or minimum: 1 where it wins, 0 where it loses, a half in a tie, as in PyTorch.
 */
const share = (wins: Variable, ties: Variable): Variable => wins.add(ties.mul(0.5));

export const maximum: Binary = [
  (g, _y, a, b) => g.mul(share(a.gt(b), a.eq(b))),
  (g, _y, a, b) => g.mul(share(a.lt(b), a.eq(b))),
];
export const minimum: Binary = [
  (g, _y, a, b) => g.mul(share(a.lt(b), a.eq(b))),
  (g, _y, a, b) => g.mul(share(a.gt(b), a.eq(b))),
];

/** 1 between the bounds and on them, 0 outside. */
export const clamp: Rules<[Variable], [low?: number, high?: number]> = [
  (g, _y, x, low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY) => g.mul(x.ge(low)).mul(x.le(high)),
];

/** The gradient goes to the operand that the value was taken from; the condition gets none. */
export const where: Rules<[Variable, Variable, Variable]> = [
  null,
  (g, _y, condition) => condition.where(g, 0),
  (g, _y, condition) => condition.where(0, g),
];

/** Step functions and tests, whose derivative is 0 wherever it exists: no gradient flows through them. */
export const sign: Unary = [null];
export const round: Unary = [null];
export const floor: Unary = [null];
export const ceil: Unary = [null];
export const isNan: Unary = [null];
export const isInf: Unary = [null];
export const eq: Binary = [null, null];
export const ne: Binary = [null, null];
export const lt: Binary = [null, null];
export const le: Binary = [null, null];
export const gt: Binary = [null, null];
export const ge: Binary = [null, null];
