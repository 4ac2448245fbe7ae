/** The entries of @polygrad/tensor that are not operations. */
import * as polygrad from "polygrad";
import { ByteRows, Random, tensor, zeros } from "polygrad";
import type { Entry } from "./calls.ts";
import { constructing, entry, method, property } from "./entries.ts";
import * as kinds from "./kinds.ts";
import { changed, type Kind, kind, like, optional } from "./kinds.ts";

const matrix = () =>
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
const rows = () => new ByteRows(3, 2);
const generator = () => new Random(7);
/** What `tensor` converts. */
export const values: Kind = kind(
  () => [
    [1, 2],
    [3, 4],
  ],
  ["NaN", "0", "-0", "1", "-1", "0.5", "-0.5", "2^31", "2^40", "1e15", "2^53 - 1", "1e300", "Infinity", "-Infinity"]
    .concat("[]", "[1]", "[2, 3]", "[[1, 2], [3, 4]]", "[NaN]", "[-1]", "[0.5]", "[2^31]", "[2^40, 2^40]", "[1e300]")
    .concat("Float32Array [1]", "Float64Array [1]", "Int32Array [0]", "Int32Array [7]", "Uint8Array [0]"),
);
const seed = changed(kinds.integer, [], "accepted");
const state = kind(() => Uint32Array.of(1, 2, 3, 4), []);
const finite = changed(kinds.anyNumber, ["NaN", "Infinity", "-Infinity"], "refused");
/** An end of a range that starts at 0 and may have no more elements than a tensor. */
const end = changed(
  kinds.anyNumber,
  ["NaN", "Infinity", "-Infinity", "2^31", "2^40", "1e15", "2^53 - 1", "1e300"],
  "refused",
);
const rule = () => ({
  name: "step",
  states: 0,
  scalars: 1,
  rule: (
    m: polygrad.BasicArithmetic<unknown, unknown>,
    [x]: readonly unknown[],
    g: unknown,
    [rate]: readonly unknown[],
  ) => [m.sub(x, m.mul(rate, g))],
});
const rowsOut = () => zeros([2, 3]);
const parts = kind(() => [matrix(), matrix()], [], ["[a tensor]", "[a variable]"]);

/** A shape of four elements; what is no array counts as options, which are the last argument. */
const fourElements = optional(kind(() => [4], []));

export const tensorEntries: Readonly<Record<string, Entry>> = {
  tensor: entry(polygrad.tensor, values, kinds.creation),
  "tensor(values, shape)": entry(
    polygrad.tensor,
    changed(
      kind(() => Float32Array.of(1, 2, 3, 4), []),
      ["[[1, 2], [3, 4]]"],
      "accepted",
    ),
    fourElements,
    kinds.creation,
  ),
  zeros: entry(polygrad.zeros, kinds.shape, kinds.creation),
  ones: entry(polygrad.ones, kinds.shape, kinds.creation),
  full: entry(polygrad.full, kinds.shape, kinds.anyNumber, kinds.creation),
  zerosLike: entry(polygrad.zerosLike, kinds.anyTensor),
  onesLike: entry(polygrad.onesLike, kinds.anyTensor),
  fullLike: entry(polygrad.fullLike, kinds.anyTensor, kinds.anyNumber),
  eye: entry(polygrad.eye, kinds.count, optional(kinds.count), kinds.creation),
  "eye(rows, options)": entry(polygrad.eye, kinds.count, changed(kinds.creation, ["0", "-0", "1"], "accepted")),
  arange: entry(
    polygrad.arange,
    like(finite, () => 0),
    optional(like(end, () => 3)),
    optional(like(changed(finite, ["0", "-0"], "refused"), () => 1)),
    kinds.creation,
  ),
  "arange(stop, options)": entry(
    polygrad.arange,
    like(end, () => 3),
    changed(kinds.creation, ["0", "-0", "1", "-1", "0.5", "-0.5"], "accepted"),
  ),
  linspace: entry(polygrad.linspace, kinds.anyNumber, kinds.anyNumber, kinds.count, kinds.creation),
  uniform: entry(
    polygrad.uniform,
    kinds.shape,
    kinds.random,
    optional(kinds.anyNumber),
    optional(kinds.anyNumber),
    kinds.creation,
  ),
  normal: entry(
    polygrad.normal,
    kinds.shape,
    kinds.random,
    optional(kinds.anyNumber),
    optional(kinds.anyNumber),
    kinds.creation,
  ),
  bernoulli: entry(polygrad.bernoulli, kinds.shape, kinds.random, optional(kinds.share), kinds.creation),
  permutation: entry(polygrad.permutation, kinds.count, kinds.random),
  pin: entry(polygrad.pin, kinds.anyTensor),
  pinned: entry(polygrad.pinned, kinds.shape),
  broadcastShapes: { ...entry(polygrad.broadcastShapes, kinds.text, kinds.list), fewer: true },
  kernels: entry(polygrad.kernels),
  simdAvailable: entry(polygrad.simdAvailable),
  useKernels: entry(
    polygrad.useKernels,
    kind(() => polygrad.kernels(), []),
  ),
  concat: entry(polygrad.concat, parts, optional(kinds.axis)),
  stack: entry(polygrad.stack, parts, optional(kinds.axis)),
  oneHot: entry(
    polygrad.oneHot,
    kinds.indices,
    like(changed(kinds.size, ["1"], "refused"), () => 2),
  ),
  einsum: entry(
    polygrad.einsum,
    kind(() => "ij,jk->ik", []),
    changed(kinds.fittingTensor, ["variable [2, 3]"], "open"),
    like(changed(kinds.fittingTensor, ["variable [2, 3]"], "open"), () => zeros([3, 2])),
  ),
  gatherRows: entry(
    polygrad.gatherRows,
    kinds.fittingTensor,
    kind(() => Int32Array.of(0, 1), []),
    like(kinds.fittingTensor, rowsOut),
  ),
  updateInPlace: entry(
    polygrad.updateInPlace,
    kind(rule, []),
    kinds.fittingTensor,
    kinds.fittingTensor,
    kind(() => [], ["[]"]),
    kind(() => [0.5], ["[1]", "[NaN]", "[-1]", "[0.5]", "[2^31]", "[1e300]"]),
  ),
  ByteRows: constructing(
    ByteRows,
    kinds.count,
    kinds.size,
    optional(kinds.above0),
    optional(kind(() => undefined, [], ["1"])),
  ),
  "ByteRows.address": property(rows, "address"),
  "ByteRows.bytes": property(rows, "bytes"),
  "ByteRows.gatherInto": method(
    rows,
    "gatherInto",
    kind(() => Int32Array.of(2, 0), []),
    like(kinds.fittingTensor, () => zeros([2, 2])),
  ),
  Random: constructing(Random, seed),
  "Random.fromState": entry(Random.fromState, state),
  "Random.state": property(generator, "state"),
  "Random.state (set)": property(generator, "state", state),
  "Random.clone": method(generator, "clone"),
  "Random.uint32": method(generator, "uint32"),
  "Random.uniform": method(generator, "uniform"),
  "Random.normal": method(generator, "normal"),
  "Random.bernoulli": method(generator, "bernoulli", kinds.share),
  "Random.below": method(
    generator,
    "below",
    like(changed(kinds.size, ["2^31"], "accepted"), () => 5),
  ),
  "Random.permutation": method(generator, "permutation", kinds.count),
  "Random.split": method(generator, "split"),
  "Random.jump": method(generator, "jump"),
  Tensor: constructing(
    polygrad.Tensor,
    kind(() => matrix().storage, []),
    kind(() => [2, 2], []),
    optional(kind(() => [3, 1], [])),
    optional(like(kinds.count, () => 1)),
  ),
  "Tensor(storage, shape)": constructing(
    polygrad.Tensor,
    kind(() => matrix().storage, []),
    kind(() => [6], ["[]", "[1]", "[2, 3]"]),
  ),
  "Tensor(storage, shape, strides)": constructing(
    polygrad.Tensor,
    kind(() => matrix().storage, []),
    kind(() => [2], ["[1]"], ["[]", "[2, 3]"]),
    kind(() => [5], ["[1]"], ["undefined"]),
  ),
  "Tensor.dtype": property(matrix, "dtype"),
  "Tensor.data": property(matrix, "data"),
  "Tensor.rank": property(matrix, "rank"),
  "Tensor.isContiguous": property(matrix, "isContiguous"),
  "Tensor.isDense": property(matrix, "isDense"),
  "Tensor.item": method(() => tensor(1), "item"),
};
