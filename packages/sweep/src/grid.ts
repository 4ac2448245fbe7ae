/** Grids: every combination of some values. */
import { isPlainObject } from "@polygrad/parallel/internal";
import { ArgumentError, ValueError } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";

/** What a grid consists of: for each option a list of values, or one value that all configurations have. */
export type GridAxes = { readonly [name: string]: unknown };

/** The options of a configuration of a grid: an element of each list, and each value that is not a list. */
export type GridOptions<Axes> = {
  readonly [Name in keyof Axes]: Axes[Name] extends readonly (infer Value)[] ? Value : Axes[Name];
};

/** The most configurations of a grid. */
const MOST = 1_000_000;

/**
 * Every combination of values: `grid({ degree: [1, 2], seed: range(3), rate: 0.1 })` has six configurations.
 *
 * The last option changes fastest, as the innermost of nested loops: degree 1 with the seeds 0, 1, 2, then degree 2 with
 * them. The options have the order in which they are written. A value that is itself a list stands in another one:
 * `{ layers: [[64, 64]] }`.
 *
 * @throws ArgumentError if it is not given an object; ValueError if a list is empty, or there are more than a million
 * configurations
 */
export function grid<const Axes extends GridAxes>(axes: Axes): GridOptions<Axes>[];
export function grid(axes: GridAxes): GridAxes[] {
  if (!isPlainObject(axes))
    throw new ArgumentError(
      `grid: expected an object of lists of values, such as { degree: [1, 2, 3], seed: range(4) }, got ${described(axes)}`,
    );
  const lists = Object.entries(axes).map(([name, values]): [string, readonly unknown[]] => {
    if (Array.isArray(values) && values.length === 0)
      throw new ValueError(`grid: ${name} has no values; give at least one`);
    return [name, Array.isArray(values) ? values : [values]];
  });
  const total = lists.reduce((product, [, values]) => product * values.length, 1);
  if (total > MOST) throw new ValueError(`grid: has ${total} configurations; at most ${MOST} are possible`);
  return lists.reduce<GridAxes[]>(
    (configurations, [name, values]) =>
      configurations.flatMap((configuration) => values.map((value) => ({ ...configuration, [name]: value }))),
    [{}],
  );
}
