/** The linear layer: x W^T + b in one kernel. */

import { flag } from "../arguments.ts";
import { clone, contiguous } from "../copy.ts";
import { ShapeError } from "../errors.ts";
import { launch } from "../kernels/launch.ts";
import { listSumsKernel } from "../kernels/zeros/forward.ts";
import { type Primitive, primitive, type Ternary } from "../operation.ts";
import { optional } from "../parameters.ts";
import { show, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { transpose } from "./axes.ts";
import { relu as reluOf } from "./elementwise.ts";
import { multiplyFlat } from "./products.ts";
import { broadcastTo, reshape } from "./view.ts";
import { listsFor } from "./zeros.ts";

/**
 * x W^T + b or, with `relu` (false by default), max(x W^T + b, 0):
 * x [..., inputs], weight [outputs, inputs], bias [outputs] -> [..., outputs].
 * @throws ShapeError if the shapes do not fit together.
 */
export const linear: Primitive<Ternary<[relu?: boolean]>> = primitive(
  "linear",
  3,
  [optional("relu", flag)],
  (x, weight, bias, relu = false) => {
    const [outputs, inputs] = weight.shape;
    if (x.rank === 0 || weight.rank !== 2 || x.shape.at(-1) !== inputs || bias.rank !== 1 || bias.size !== outputs)
      throw new ShapeError(
        `linear: needs [..., inputs], [outputs, inputs] and [outputs], ` +
          `got ${show(x.shape)}, ${show(weight.shape)} and ${show(bias.shape)}`,
      );
    const lead = x.shape.slice(0, -1);
    if (inputs === 0) return clone(broadcastTo(relu ? reluOf(bias) : bias, [...lead, outputs]));
    const rows = reshape(x, [sizeOf(lead), inputs]);
    return reshape(multiplyRows(rows, transpose(weight), bias, relu), [...lead, outputs]);
  },
);

/** x [rows, inputs] times weight [inputs, outputs] plus bias [outputs]: skips the zeros of x if that pays. */
function multiplyRows(x: Tensor, weight: Tensor, bias: Tensor, relu: boolean): Tensor {
  const [rows, columns] = x.shape;
  const outputs = weight.shape[1];
  const found = listsFor(x, outputs, "product", [weight, bias]);
  if (found === undefined) return multiplyFlat(x, weight, { bias, relu });
  const { lists, wide } = found;
  const operands = [lists, contiguous(weight), contiguous(bias)];
  const settings = { columns, wide, outputs, degree: 1, constants: false, bias: true, relu };
  return launch(listSumsKernel, settings, operands, [rows, outputs], [rows]);
}
