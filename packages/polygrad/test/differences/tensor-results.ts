/** What Polygrad gives in the rows about tensors of the table "Where we differ" of docs/pytorch.md, by row. */
import {
  arange,
  assign,
  constant,
  flip,
  type NestedArray,
  normal,
  Random,
  type Tensor,
  tensor,
  type Variable,
  zeros,
} from "polygrad";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const double = (values: NestedArray) => tensor(values, { dtype: "float64" });

const huge = tensor([1e20, 2e20, 4e20]);
const unequal = tensor([
  [3, 4],
  [6, 8],
]);

/** The axis along which softmax sums to 1 if none is named. */
function softmaxAxis(): number {
  const y = zeros([2, 3, 4]).softmax();
  return [0, 1, 2].findIndex((axis) => y.sum(axis).allClose(tensor(1)));
}

function isView(change: (x: Tensor) => Tensor): boolean {
  const x = tensor([1, 2]);
  change(x).data.fill(9);
  return x.toArray().toString() === "9,9";
}

/** A call that the types do not allow. */
function untyped(x: Tensor | Variable, method: "cumsum"): unknown {
  return Reflect.apply(x[method], x, []);
}

/** In the order of the table. The name of a row is the text of its first column. */
export const tensorResults: Readonly<Record<string, () => unknown>> = {
  "`tensor([1, 2]).dtype`": () => tensor([1, 2]).dtype,
  "`tensor([0.5]).dtype`": () => tensor([0.5]).dtype,
  "dtype of a comparison, `x.gt(0)`": () => tensor([1]).gt(0).dtype,
  "dtype of float32 with float64, both of one axis": () => tensor([1]).add(double([1])).dtype,
  "dtype of a float32 vector with a float64 scalar tensor": () => tensor([1]).add(double(1)).dtype,
  "0.1 as a tensor or constant without axes, times 1 in float64": () =>
    String(
      constant(0.1)
        .mul(double([1]))
        .item(),
    ),
  "2^24 + 1 + 1, summed in float32": () => tensor([2 ** 24, 1, 1]).sum(),
  "`std` of 1e20, 2e20, 4e20 in float32": () => huge.std(),
  "`norm` of 1e20, 2e20, 4e20 in float32": () => huge.norm(),
  "text of 1/3 and 2/3": () => String(tensor([1 / 3, 2 / 3])),
  "first normal numbers of seed 0": () => normal(2, new Random(0)),

  "`round` of 0.5, 1.5, 2.5": () => tensor([0.5, 1.5, 2.5]).round(),
  "`sign` of NaN": () => tensor(nan).sign(),
  "`clamp` of 1 to at least NaN": () => tensor(1).clamp(nan),
  "`clamp` of 1 to [3, 2]": () => tensor(1).clamp(3, 2),
  "1^NaN and (-1)^Infinity": () => tensor([1, -1]).pow(tensor([nan, infinity])),
  "`log` of 5e-324": () => double(5e-324).log(),
  "`softplus` of 21 in float64, minus 21": () => double(21).softplus().sub(21),

  "`std` of 1, 2, 3, 4": () => arange(1, 5).std(),
  "`variance` of one element": () => tensor([5]).variance(),
  "`sum`, `prod` and `mean` of no elements": () => [zeros(0).sum(), zeros(0).prod(), zeros(0).mean()],
  "`max` of no elements": () => zeros(0).max(),
  "`argmax` of no elements": () => zeros(0).argmax(),
  "`logSumExp` of no elements": () => zeros(0).logSumExp(),
  "shape of `softmax` of [5, 0]": () => zeros([5, 0]).softmax(1).shape,
  "`argmax` of 1, NaN, 3, NaN": () => tensor([1, nan, 3, nan]).argmax(),
  "`argmax` of 3, 3": () => tensor([3, 3]).argmax(),
  "`sort` of NaN, 2, 1": () => tensor([nan, 2, 1]).sort(),
  "what `max` along an axis returns": () => (unequal.max(1).rank === 1 ? "values" : "other"),
  "`norm(1)` of [[3, 4], [6, 8]]": () => unequal.norm(1),
  "`cumsum` of [[3, 4], [6, 8]] without an axis": () => untyped(unequal, "cumsum"),
  "axis of `softmax` of [2, 3, 4] by default": softmaxAxis,
  "`softmax` of Infinity, 1, 2": () => tensor([infinity, 1, 2]).softmax(),

  "shape of `transpose()` of [2, 3, 4]": () => zeros([2, 3, 4]).transpose().shape,
  "shape of `squeeze(0)` of [2, 3]": () => zeros([2, 3]).squeeze(0).shape,
  "shape of `flatten()` of a scalar": () => tensor(1).flatten().shape,
  "number of pieces of `split(2)` of 6 elements": () => zeros(6).split(2).length,
  "a slice with step -1": () => tensor([1, 2, 3]).slice(0, undefined, undefined, -1),
  "whether `flip` is a view": () => isView(flip),
  "`indexSelect` at -1": () => tensor([1, 2]).indexSelect(0, [-1]),
  "`dot` of two matrices": () => unequal.dot(unequal),
  "assigning to a broadcast view": () => assign(zeros(1).broadcastTo(3), tensor([1, 2, 3])),
};
