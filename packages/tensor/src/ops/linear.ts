/** The linear layer: x W^T + b in one kernel. */

import { flag } from "../arguments.ts";
import { clone } from "../copy.ts";
import { ShapeError } from "../errors.ts";
import { type Primitive, primitive, type Ternary } from "../operation.ts";
import { optional } from "../parameters.ts";
import { show, sizeOf } from "../shape.ts";
import { relu as reluOf } from "./elementwise.ts";
import { multiplyDot } from "./products.ts";
import { broadcastTo, reshape } from "./view.ts";

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
    return reshape(multiplyDot(reshape(x, [sizeOf(lead), inputs]), weight, bias, relu), [...lead, outputs]);
  },
);
