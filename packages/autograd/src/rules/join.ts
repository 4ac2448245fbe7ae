/** The gradient rule of joining: the gradient is cut where the parts were joined. */
import type { RuleForEach } from "../rule.ts";

/** Each part gets the slice of the gradient at the place of that part in the result. */
export const concat: RuleForEach<[axis: number]> = {
  each(k, inputs, g, axis) {
    const sizes = inputs.map(({ shape }) => shape.at(axis) ?? 0);
    const start = sizes.slice(0, k).reduce((sum, size) => sum + size, 0);
    return g.slice(axis, start, start + sizes[k]);
  },
};
