/**
 * How PyTorch's modules keep their parameters, where our layers keep them otherwise. Modules without parameters, and those
 * whose parameters have the same names and shapes here (Linear, LayerNorm, Embedding), need no line.
 */
import { BatchNorm1d, BSpline, Polynomial } from "@polygrad/nn";
import { mul, type Tensor } from "@polygrad/tensor";

/** The tensors of one module, by field: { weight, bias }. */
export type Fields = Readonly<Record<string, Tensor>>;

/** Counts batches for a running average over all of them, which our BatchNorm1d has not. */
const BATCHES = "num_batches_tracked";

/**
 * What a layer of ours should hold for what a module holds.
 * @returns by our field: the tensor, and the fields that it was made from
 */
export function fieldsFor(layer: unknown, given: Fields): Map<string, { value: Tensor; from: readonly string[] }> {
  const own = new Map(
    Object.entries(given).map(([field, value]) => [field, { value, from: [field] as readonly string[] }]),
  );
  const rename = (theirs: string, ours: string): void => {
    const found = own.get(theirs);
    if (found === undefined) return;
    own.delete(theirs);
    own.set(ours, found);
  };
  if (layer instanceof BatchNorm1d) {
    rename("running_mean", "runningMean");
    rename("running_var", "runningVariance");
    own.delete(BATCHES);
  }
  if (layer instanceof BSpline) {
    // efficient-kan: spline_weight [outputs, inputs, grid + order], with a factor for each edge, [outputs, inputs].
    const [weight, scaler] = [own.get("spline_weight"), own.get("spline_scaler")];
    if (weight !== undefined && scaler?.value.rank === 2 && weight.value.rank === 3) {
      own.delete("spline_scaler");
      own.set("spline_weight", {
        value: mul(weight.value, scaler.value.unsqueeze(-1)),
        from: ["spline_weight", "spline_scaler"],
      });
    }
    rename("spline_weight", "weight");
    rename("base_weight", "baseWeight");
    rename("grid", "knots");
  }
  if (layer instanceof Polynomial) polynomial(layer, own, rename);
  return own;
}

/**
 * The reference implementation (Loretz 2024) has one parameter, [outputs, inputs, degree + 1], elementwise
 * [1, inputs, degree + 1]. With a bias for each output, the constants of its edges add up to it.
 */
function polynomial(
  layer: Polynomial,
  own: Map<string, { value: Tensor; from: readonly string[] }>,
  rename: (theirs: string, ours: string) => void,
): void {
  const [[theirs, only] = ["", undefined], ...others] = own;
  if (only === undefined || others.length > 0) return;
  const { value, from } = only;
  rename(theirs, "weight");
  if (layer.elementwise && value.rank === 3 && value.shape[0] === 1)
    own.set("weight", { value: value.squeeze(0), from });
  if (layer.bias !== undefined && value.rank === 3 && value.shape[2] === layer.degree + 1) {
    own.set("weight", { value: value.slice(2, 1), from });
    own.set("bias", { value: value.select(2, 0).sum(1), from });
  }
}
