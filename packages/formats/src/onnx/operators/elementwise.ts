/** Operators that compute each element by itself. Read define.ts first. */
import type { Variable } from "@polygrad/autograd";
import type { Operator } from "../node-reader.ts";
import { elementTypes } from "../tensor-proto.ts";
import { booleans, cast } from "../value.ts";
import { binary, comparison, operator, unary, variadic } from "./define.ts";

const of = (compute: (x: Variable) => Variable) => unary(() => compute);
const not = (x: Variable) => x.neg().add(1);
const below = (x: Variable) => x.clamp(Number.NEGATIVE_INFINITY, 0);
const elu = (x: Variable, alpha: number) => x.relu().add(below(x).expm1().mul(alpha));

export const elementwise: Readonly<Record<string, Operator>> = {
  Abs: of((x) => x.abs()),
  Acos: of((x) => x.acos()),
  Add: binary((a, b) => a.add(b)),
  And: comparison((a, b) => a.mul(b)),
  Asin: of((x) => x.asin()),
  Atan: of((x) => x.atan()),
  Cast: operator(1, 1, (node) => {
    const type = elementTypes.get(node.integer("to", 0));
    node.ignore("saturate"); // of float8 only
    if (type === undefined) throw node.refuse("it casts to an element type that is not read");
    return (x) => cast(x, type.kind, type.dtype === "F64" ? "float64" : "float32");
  }),
  Ceil: of((x) => x.ceil()),
  Celu: unary((node) => {
    const alpha = node.float("alpha", 1);
    return (x) => elu(x.div(alpha), 1).mul(alpha);
  }),
  Clip: operator(1, 3, (node) => {
    if (node.opset >= 11)
      return ({ x, kind }, low, high) => {
        const raised = low === undefined ? x : x.maximum(low.x);
        return { x: high === undefined ? raised : raised.minimum(high.x), kind };
      };
    const [low, high] = [node.float("min", Number.NEGATIVE_INFINITY), node.float("max", Number.POSITIVE_INFINITY)];
    return ({ x, kind }) => ({ x: x.clamp(low, high), kind });
  }),
  Cos: of((x) => x.cos()),
  Cosh: of((x) => x.cosh()),
  Div: binary((a, b, isInteger) => (isInteger ? truncated(a.div(b)) : a.div(b))),
  // In evaluation, it returns its input. In opset 12, its third input may ask for training.
  Dropout: operator(1, 2, (node) => {
    for (const name of ["ratio", "seed"]) node.ignore(name);
    return (x) => x;
  }),
  Elu: unary((node) => {
    const alpha = node.float("alpha", 1);
    return (x) => elu(x, alpha);
  }),
  Equal: comparison((a, b) => a.eq(b)),
  Erf: of((x) => x.erf()),
  Exp: of((x) => x.exp()),
  Floor: of((x) => x.floor()),
  Gelu: unary((node) => {
    if (node.text("approximate", "none") !== "none") return (x) => x.mul(gelu(x).tanh().add(1)).mul(0.5);
    return (x) => x.gelu();
  }),
  Greater: comparison((a, b) => a.gt(b)),
  GreaterOrEqual: comparison((a, b) => a.ge(b)),
  HardSigmoid: unary((node) => {
    const [alpha, beta] = [node.float("alpha", 0.2), node.float("beta", 0.5)];
    return (x) => x.mul(alpha).add(beta).clamp(0, 1);
  }),
  HardSwish: of((x) => x.mul(x.div(6).add(0.5).clamp(0, 1))),
  Identity: operator(1, 1, () => (x) => x),
  IsNaN: operator(
    1,
    1,
    () =>
      ({ x }) =>
        booleans(x.isNan()),
  ),
  LeakyRelu: unary((node) => {
    const slope = node.float("alpha", 0.01);
    return (x) => x.relu().add(below(x).mul(slope));
  }),
  Less: comparison((a, b) => a.lt(b)),
  LessOrEqual: comparison((a, b) => a.le(b)),
  Log: of((x) => x.log()),
  Max: variadic((a, b) => a.maximum(b)),
  Mean: variadic(
    (a, b) => a.add(b),
    (sum, count) => sum.div(count),
  ),
  Min: variadic((a, b) => a.minimum(b)),
  Mish: of((x) => x.mul(x.softplus().tanh())),
  Mul: binary((a, b) => a.mul(b)),
  Neg: of((x) => x.neg()),
  Not: of(not),
  Or: comparison((a, b) => a.maximum(b)),
  Pow: operator(2, 2, (node) => (base, exponent) => {
    return { x: base.x.pow(cast(node.given(exponent), base.kind).x), kind: base.kind };
  }),
  PRelu: operator(2, 2, (node) => ({ x, kind }, slope) => {
    return { x: x.relu().add(below(x).mul(node.given(slope).x)), kind };
  }),
  Reciprocal: of((x) => x.pow(-1)),
  Relu: of((x) => x.relu()),
  Round: of((x) => x.round()),
  Selu: unary((node) => {
    const [alpha, gamma] = [node.float("alpha", 1.6732632), node.float("gamma", 1.050701)];
    return (x) => elu(x, alpha).mul(gamma);
  }),
  Sigmoid: of((x) => x.sigmoid()),
  Sign: of((x) => x.sign()),
  Sin: of((x) => x.sin()),
  Sinh: of((x) => x.sinh()),
  Softplus: of((x) => x.softplus()),
  Softsign: of((x) => x.div(x.abs().add(1))),
  Sqrt: of((x) => x.sqrt()),
  Sub: binary((a, b) => a.sub(b)),
  Sum: variadic((a, b) => a.add(b)),
  Tan: of((x) => x.tan()),
  Tanh: of((x) => x.tanh()),
  ThresholdedRelu: unary((node) => {
    const alpha = node.float("alpha", 1);
    return (x) => x.gt(alpha).detach().where(x, 0);
  }),
  Where: operator(3, 3, (node) => ({ x: condition }, yes, no) => {
    const { x, kind } = node.given(yes);
    return { x: condition.where(x, node.given(no).x), kind };
  }),
  Xor: comparison((a, b) => a.ne(b)),
};

/** Rounded towards 0. */
function truncated(x: Variable): Variable {
  return x.abs().floor().mul(x.sign());
}

/** sqrt(2 / pi) (x + 0.044715 x^3), of the approximation of GELU by tanh. */
function gelu(x: Variable): Variable {
  return x
    .square()
    .mul(0.044715)
    .add(1)
    .mul(x)
    .mul(Math.sqrt(2 / Math.PI));
}
