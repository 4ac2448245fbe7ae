/** The product of the other elements, which is the gradient of a product. */
import { someIntegers } from "../arguments.ts";
import { clone } from "../copy.ts";
import { type Primitive, primitive, type Unary } from "../operation.ts";
import { optional } from "../parameters.ts";
import { type Axes, inverse, otherAxes, resolveAxes, sizeOf } from "../shape.ts";
import { permute } from "./view.ts";

/**
 * For each element, the product of the others over `axes`, by default all: [2, 3, 5] -> [15, 10, 6]. Same shape as x.
 *
 * Computed in double precision, without division: the product of the elements before it, times that of those after it.
 * So it is right where elements are 0, and where the product of all overflows or vanishes in float32.
 * @throws ShapeError if an axis does not exist or is named twice.
 */
export const prodOfOthers: Primitive<Unary<[axes?: Axes]>> = primitive(
  "prodOfOthers",
  1,
  [optional("axes", someIntegers)],
  (x, axes) => {
    const reduced = resolveAxes("prodOfOthers", axes, x.rank);
    const order = [...otherAxes(x.rank, reduced), ...reduced];
    const [lines, y] = [clone(permute(x, order)), clone(permute(x, order))];
    const length = sizeOf(reduced.map((axis) => x.shape[axis]));
    const before = new Float64Array(length);
    for (let start = 0; start < x.size; start += length) {
      let product = 1;
      for (let i = 0; i < length; i++) {
        before[i] = product;
        product *= lines.data[start + i];
      }
      product = 1;
      for (let i = length - 1; i >= 0; i--) {
        y.data[start + i] = before[i] * product;
        product *= lines.data[start + i];
      }
    }
    return permute(y, inverse(order));
  },
);
