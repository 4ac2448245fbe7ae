/**
 * The gradients of the fused operations, computed on tensors. The rules of @polygrad/autograd call them.
 *
 * Each function receives the destinations of the gradients, the gradient g with respect to the result, the result y,
 * and the arguments of the operation.
 */
import { contiguous } from "../copy.ts";
import { elementwiseBasisInputsKernel, elementwiseBasisWeightsKernel } from "../kernels/basis/elementwise.ts";
import { basisInputsKernel } from "../kernels/basis/inputs.ts";
import { basisListsWeightsKernel, basisWeightsKernel } from "../kernels/basis/weights.ts";
import { crossEntropyGradientKernel } from "../kernels/cross-entropy.ts";
import { singleKernel } from "../kernels/elementwise.ts";
import { launch, launchAll } from "../kernels/launch.ts";
import { EPSILON, layerNormGradientKernel } from "../kernels/layer-norm.ts";
import type { Target } from "../kernels/operands.ts";
import { elementwiseInputsKernel, elementwiseWeightsKernel } from "../kernels/polynomial/elementwise.ts";
import type { PolynomialSettings } from "../kernels/polynomial/forward.ts";
import { polynomialInputsKernel } from "../kernels/polynomial/inputs.ts";
import { polynomialWeightsKernel } from "../kernels/polynomial/weights.ts";
import { listWeightsKernel } from "../kernels/zeros/weights.ts";
import type { Basis, Squash } from "../math/basis.ts";
import type { Destinations, Gradients } from "../operation.ts";
import { sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { transpose } from "./axes.ts";
import { isPlain } from "./basis.ts";
import {
  checkGradient,
  elementwiseSettings,
  firstAxisLast,
  lastAxisFirst,
  launchRows,
  polynomialSettings,
} from "./edges.ts";
import { type Indices, indicesAsTensor } from "./indices.ts";
import { map } from "./map.ts";
import { multiply } from "./products.ts";
import { sum } from "./reduce.ts";
import { reshape } from "./view.ts";
import { listsOf } from "./zeros.ts";

/** g times 1 where y > 0, else times 0: the gradient of relu. */
const reluGradientKernel = singleKernel("relu gradient", (m, g, y) =>
  m.mul(g, m.select(m.less(m.number(0), y), m.number(1), m.number(0))),
);

/**
 * The gradients with respect to the x, weight and bias of `linear`. With `relu`, y is positive where the sum was
 * positive: there, and only there, the gradient passes.
 */
export function linearBackward(
  [dx, dweight, dbias]: Destinations,
  g: Tensor,
  y: Tensor,
  x: Tensor,
  weight: Tensor,
  _bias: Tensor,
  relu = false,
): Gradients {
  const [outputs, inputs] = weight.shape;
  const count = sizeOf(x.shape.slice(0, -1));
  const rows = reshape(x, [count, inputs]);
  const dy = reshape(relu ? map(reluGradientKernel, g, y) : g, [count, outputs]);
  return [
    dx && reshape(multiply(dy, weight), x.shape),
    dweight &&
      toWeight(
        dweight.into,
        weight,
        (target) => weightsOfLists(rows, dy, PRODUCT, target) ?? multiply(transpose(rows), dy, target),
      ),
    dbias && sum(dy, 0),
  ];
}

/**
 * The gradients with respect to the x and weight of `polynomial`.
 * @throws ShapeError unless g has the shape of the result.
 */
export function polynomialBackward(
  [dx, dweight]: Destinations,
  g: Tensor,
  _y: Tensor,
  x: Tensor,
  weight: Tensor,
  basis: Basis = "monomial",
  squash: Squash = "none",
  constants = true,
): Gradients {
  const settings = polynomialSettings(x, weight, constants);
  checkGradient("polynomial", g, [x.shape[0], settings.outputs]);
  if (!isPlain(basis, squash)) {
    const [own, found] = [{ ...settings, basis, squash }, listsOf(x, g)];
    const weights = (target: Target) =>
      found === undefined || found.wide
        ? launchRows(basisWeightsKernel, own, [g, x], target)
        : launch(basisListsWeightsKernel, own, [found.lists, contiguous(g)], target, [x.shape[0]]);
    return [
      dx && launchRows(basisInputsKernel, own, [g, x, firstAxisLast(weight)], x.shape),
      dweight && toWeight(dweight.into, weight, weights),
    ];
  }
  return [
    dx && launchRows(polynomialInputsKernel, settings, [g, x, firstAxisLast(weight)], x.shape),
    dweight &&
      toWeight(
        dweight.into,
        weight,
        (target) =>
          weightsOfLists(x, g, settings, target) ?? launchRows(polynomialWeightsKernel, settings, [g, x], target),
      ),
  ];
}

/** A matrix product is a polynomial of degree 1 without constant terms. */
const PRODUCT = { degree: 1, constants: false } as const;

/** The gradient with respect to the weights of a product or polynomial, if the forward pass skipped zeros. */
function weightsOfLists(
  x: Tensor,
  g: Tensor,
  { degree, constants }: Pick<PolynomialSettings, "degree" | "constants">,
  target: Target,
): Tensor | undefined {
  const found = listsOf(x, g);
  if (found === undefined) return undefined;
  const [[rows, columns], outputs] = [x.shape, g.shape[1]];
  const settings = { columns, wide: found.wide, outputs, degree, constants };
  return launch(listWeightsKernel, settings, [found.lists, contiguous(g)], target, [rows]);
}

/**
 * The gradients with respect to the x and weight of `elementwisePolynomial`.
 * @throws ShapeError unless g has the shape of the result.
 */
export function elementwisePolynomialBackward(
  [dx, dweight]: Destinations,
  g: Tensor,
  _y: Tensor,
  x: Tensor,
  weight: Tensor,
  basis: Basis = "monomial",
  squash: Squash = "none",
): Gradients {
  const settings = elementwiseSettings(x, weight);
  checkGradient("elementwisePolynomial", g, x.shape);
  if (!isPlain(basis, squash)) {
    const own = { ...settings, basis, squash };
    return [
      dx && launchRows(elementwiseBasisInputsKernel, own, [g, x, firstAxisLast(weight)], x.shape),
      dweight &&
        toWeight(dweight.into, weight, (target) => launchRows(elementwiseBasisWeightsKernel, own, [g, x], target)),
    ];
  }
  return [
    dx && launchRows(elementwiseInputsKernel, settings, [g, x, firstAxisLast(weight)], x.shape),
    dweight &&
      toWeight(dweight.into, weight, (target) => launchRows(elementwiseWeightsKernel, settings, [g, x], target)),
  ];
}

/** The gradient with respect to a weight, which `write` computes with the first axis last, as a weight is stored. */
function toWeight(into: Tensor | undefined, weight: Tensor, write: (target: Target) => Tensor): Tensor {
  const target = targetOf(into, weight);
  return asWeight(into, target, write(target));
}

/** Where a kernel writes the gradient with respect to a weight, with the first axis last. */
export function targetOf(into: Tensor | undefined, weight: Tensor): Target {
  return into ? firstAxisLast(into) : firstAxisLast(weight).shape;
}

/** What a kernel wrote to such a target. If it wrote into the tensor `into`, that very tensor is returned. */
export function asWeight(into: Tensor | undefined, target: Target, written: Tensor): Tensor {
  return into !== undefined && written === target ? into : lastAxisFirst(written);
}

/** The gradients with respect to the x, weight and bias of `layerNorm`, all computed in one pass. */
export function layerNormBackward(
  _wanted: Destinations,
  g: Tensor,
  _y: Tensor,
  x: Tensor,
  weight: Tensor,
  _bias: Tensor,
  epsilon: number = EPSILON,
): Gradients {
  const columns = weight.size;
  const counts = [x.size / Math.max(1, columns)];
  const targets = [x.shape, weight.shape, weight.shape];
  return launchAll(layerNormGradientKernel, { columns, epsilon }, [g, x, weight].map(contiguous), targets, counts);
}

/** The gradient with respect to the logits of `crossEntropy`: g (softmax(logits) - onehot(labels)) / batch. */
export function crossEntropyBackward(
  _wanted: Destinations,
  g: Tensor,
  _y: Tensor,
  logits: Tensor,
  labels: Indices,
): Gradients {
  const [rows, classes] = logits.shape;
  const operands = [contiguous(logits), indicesAsTensor(labels), g];
  return [launch(crossEntropyGradientKernel, { classes }, operands, logits.shape, [rows], [rows])];
}
