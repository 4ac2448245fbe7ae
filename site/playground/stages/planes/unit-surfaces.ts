/** What each unit of the last hidden layer makes of the plane. */
import { type Tensor, tensor } from "polygrad";
import type { Blocks } from "../../train/blocks.ts";
import { through } from "../../train/wires.ts";

export interface UnitSurfaces {
  /**
   * [units, side, side]: with two classes, the function on the unit's last edge, less its mean: what the unit adds to the
   * logit. With more classes, there are several such edges, and this is the value of the unit itself.
   */
  readonly values: Float32Array;
  readonly side: number;
}

/** @param grid [side * side, 2] */
export function unitSurfaces(blocks: Blocks, grid: Tensor, side: number): UnitSurfaces {
  const hidden = blocks.slice(0, -1).reduce((x, block) => through(block, x), grid);
  const [points, units] = hidden.shape;
  const own = hidden.contiguous().data;
  const values = Float32Array.from(
    { length: units * points },
    (_, k) => own[(k % points) * units + Math.floor(k / points)],
  );
  // Each unit in turn has its values, while the others rest.
  const alone = new Float32Array(units * points * units);
  for (let unit = 0; unit < units; unit++)
    for (let point = 0; point < points; point++)
      alone[(unit * points + point) * units + unit] = own[point * units + unit];
  const last = through(blocks[blocks.length - 1], tensor(alone).reshape([units * points, units]));
  return { side, values: last.shape[1] === 1 ? centred(last.contiguous().data, points) : values };
}

/** Each run of so many values less its mean. */
function centred(values: ArrayLike<number>, points: number): Float32Array {
  const centred = Float32Array.from(values);
  for (let from = 0; from < centred.length; from += points) {
    const run = centred.subarray(from, from + points);
    const mean = run.reduce((sum, value) => sum + value, 0) / points;
    for (const [k, value] of run.entries()) run[k] = value - mean;
  }
  return centred;
}
