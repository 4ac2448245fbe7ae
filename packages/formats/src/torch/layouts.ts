/**
 * How PyTorch's modules keep their parameters, where our layers keep them otherwise. Modules without parameters, and those
 * whose parameters have the same names and shapes here (Linear, LayerNorm, Embedding), need no line.
 */
import { BatchNorm1d, BSpline, Polynomial } from "@polygrad/nn";
import { mul, type Tensor } from "@polygrad/tensor";
import { sameShape } from "@polygrad/tensor/internal";

/** The tensors of one module, by field: { weight, bias }. */
export type Fields = Readonly<Record<string, Tensor>>;

/** A tensor, and the fields that it was made from. */
interface Made {
  readonly value: Tensor;
  readonly from: readonly string[];
}

/** What a layer of ours should hold for what a module holds, by our field. Where the shapes do not fit, nothing is computed. */
export function fieldsFor(layer: unknown, given: Fields): ReadonlyMap<string, Made> {
  const own = new Map(Object.entries(given).map(([field, value]): [string, Made] => [field, { value, from: [field] }]));
  if (layer instanceof BatchNorm1d) batchNorm(own);
  if (layer instanceof BSpline) spline(layer, own);
  if (layer instanceof Polynomial) polynomial(layer, own);
  return own;
}

function rename(own: Map<string, Made>, theirs: string, ours: string): void {
  const found = own.get(theirs);
  if (found === undefined || own.has(ours)) return;
  own.delete(theirs);
  own.set(ours, found);
}

/** The number of batches serves a running average over all of them, which our layer does not have. */
function batchNorm(own: Map<string, Made>): void {
  rename(own, "running_mean", "runningMean");
  rename(own, "running_var", "runningVariance");
  own.delete("num_batches_tracked");
}

/** KANLinear of efficient-kan: spline_weight is [outputs, inputs, grid + order], and spline_scaler, if any, [outputs, inputs]. */
function spline({ weight: { shape } }: BSpline, own: Map<string, Made>): void {
  const [weight, scaler] = [own.get("spline_weight"), own.get("spline_scaler")];
  const fits = weight && scaler && sameShape(weight.value.shape, shape);
  if (fits && sameShape(scaler.value.shape, shape.slice(0, 2))) {
    own.delete("spline_scaler");
    const value = mul(weight.value, scaler.value.unsqueeze(-1));
    own.set("spline_weight", { value, from: ["spline_weight", "spline_scaler"] });
  }
  rename(own, "spline_weight", "weight");
  rename(own, "base_weight", "baseWeight");
  rename(own, "grid", "knots");
}

/**
 * The reference implementation (Loretz 2024) has one parameter, [outputs, inputs, degree + 1], elementwise
 * [1, inputs, degree + 1]. With a bias for each output, the constants of its edges add up to it.
 */
function polynomial({ inputs, outputs, degree, elementwise, bias }: Polynomial, own: Map<string, Made>): void {
  const [theirs, ...others] = own.keys();
  const only = own.get(theirs ?? "");
  if (only === undefined || others.length > 0) return;
  rename(own, theirs, "weight");
  const { value, from } = only;
  if (elementwise && sameShape(value.shape, [1, inputs, degree + 1]))
    own.set("weight", { value: value.squeeze(0), from });
  if (bias !== undefined && sameShape(value.shape, [outputs, inputs, degree + 1])) {
    own.set("weight", { value: value.slice(2, 1), from });
    own.set("bias", { value: value.select(2, 0).sum(1), from });
  }
}
