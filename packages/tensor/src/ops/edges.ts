/** What the polynomial kernels are launched with: shapes are checked, and no rows give zeros. */
import { contiguous } from "../copy.ts";
import { blankLike } from "../elements.ts";
import { ShapeError } from "../errors.ts";
import type { Kernel } from "../kernels/kernel.ts";
import { launch, type Target } from "../kernels/launch.ts";
import type { PolynomialSettings } from "../kernels/polynomial/forward.ts";
import { show, sizeOf } from "../shape.ts";
import { Tensor } from "../tensor.ts";

/** @throws ShapeError unless the operands of `polynomial` fit together. */
export function polynomialSettings(x: Tensor, weight: Tensor): PolynomialSettings {
  const [outputs, inputs, terms] = weight.shape;
  if (x.rank !== 2 || weight.rank !== 3 || x.shape[1] !== inputs || terms < 2)
    throw new ShapeError(
      `polynomial: needs [batch, inputs] and [outputs, inputs, degree + 1] with degree >= 1, ` +
        `got ${show(x.shape)} and ${show(weight.shape)}`,
    );
  return { inputs, outputs, degree: terms - 1 };
}

/** @throws ShapeError unless the operands of `elementwisePolynomial` fit together. */
export function elementwiseSettings(x: Tensor, weight: Tensor): PolynomialSettings {
  const [inputs, terms] = weight.shape;
  if (x.rank === 0 || weight.rank !== 2 || x.shape.at(-1) !== inputs || terms < 2)
    throw new ShapeError(
      `elementwisePolynomial: needs [..., inputs] and [inputs, degree + 1] with degree >= 1, ` +
        `got ${show(x.shape)} and ${show(weight.shape)}`,
    );
  return { inputs, outputs: inputs, degree: terms - 1 };
}

/** Launches a kernel over rows of x; no rows, or none of their elements, give zeros. */
export function launchRows(
  kernel: Kernel<PolynomialSettings>,
  settings: PolynomialSettings,
  operands: readonly Tensor[],
  target: Target,
): Tensor {
  const rows = sizeOf(operands[0].shape.slice(0, -1));
  const { inputs, outputs, degree } = settings;
  if (rows * inputs * outputs === 0) return target instanceof Tensor ? zeroed(target) : blankLike(operands[0], target);
  return launch(kernel, { inputs, outputs, degree }, operands.map(contiguous), target, [rows]);
}

function zeroed(x: Tensor): Tensor {
  x.data.fill(0, x.offset, x.offset + x.size);
  return x;
}
