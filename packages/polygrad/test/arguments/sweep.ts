/** The entries of @polygrad/sweep. What runs processes is tested in that package: here, none is started. */
import {
  asha,
  bullmq,
  choice,
  grid,
  integer,
  local,
  logUniform,
  random,
  range,
  sweep,
  uniform,
  work,
} from "@polygrad/sweep";
import type { Entry } from "./calls.ts";
import { entry } from "./entries.ts";
import { NUMBERS } from "./hostile.ts";
import * as kinds from "./kinds.ts";
import { changed, kind, optional, options } from "./kinds.ts";

const EMPTY = ["{}", "an object without a prototype"];
const OBJECTS = [
  ...EMPTY,
  "an object without a constructor",
  "an object whose constructor has a symbol for a name",
  "an object that looks like an array",
  "an object with an unknown option",
];
const space = kind(() => ({ hidden: 8 }), OBJECTS);
const finite = NUMBERS.filter((name) => !["NaN", "Infinity", "-Infinity"].includes(name));
const small = ["0", "-0", "1", "-1", "0.5", "-0.5"];
const large = ["2^31", "2^40", "1e15", "2^53 - 1"];
const number = (good: number, accepted: readonly string[]) => kind(() => good, accepted);
/** Any list of values is a choice of one, except an empty one. */
const lists = space.cases.flatMap(({ name }) =>
  /^(\[(?!\])|(one|three) holes?$|a cycle$|nested)/.test(name) ? [name] : [],
);

const url = kind(() => "redis://host", []);
const queueName = kind(() => "queue", ['"text"', '"1"']);

export const sweepEntries: Readonly<Record<string, Entry>> = {
  range: entry(
    range,
    number(0, finite),
    optional(number(2, small)),
    optional(
      number(
        1,
        finite.filter((name) => name !== "0" && name !== "-0"),
      ),
    ),
  ),
  grid: entry(grid, space),
  "uniform (of options)": entry(uniform, number(0.25, small), number(2, ["1", "0.5", ...large, "1e300"])),
  logUniform: entry(logUniform, number(0.25, ["1", "0.5"]), number(2, ["1", "0.5", ...large, "1e300"])),
  integer: entry(integer, number(0, ["0", "-0", "1", "-1"]), number(5, ["0", "-0", "1", "2^31"])),
  choice: entry(
    choice,
    kind(() => [1, 2], lists),
  ),
  random: entry(random, space, kinds.size, options({ seed: kinds.integer })),
  asha: entry(
    asha,
    space,
    changed(
      options({
        trials: kinds.size,
        metric: kinds.text,
        mode: kind(() => "max", []),
        minimum: kinds.size,
        maximum: number(9, large),
        reduction: number(2, large),
        seed: kinds.integer,
        eager: kinds.flag,
      }),
      ["undefined", ...EMPTY],
      "refused",
    ),
  ),
  local: entry(local, options({ processes: kinds.size, retries: kinds.integer })),
  bullmq: entry(
    bullmq,
    changed(
      options({ connection: url, queue: queueName, retries: kinds.integer, ahead: kinds.size }),
      ["undefined", ...EMPTY],
      "refused",
    ),
  ),
  // No such recipe exists, so every call is refused.
  work: {
    ...entry(
      work,
      kind(() => "./no-such-recipe.ts", []),
      changed(
        options({ connection: url, queue: queueName, processes: kinds.size, lease: kinds.size }, { out: "out" }),
        ["undefined", ...EMPTY],
        "refused",
      ),
    ),
    refused: true,
  },
  sweep: {
    ...entry(
      sweep,
      kind(() => "./no-such-recipe.ts", []),
      changed(
        options(
          {
            space: kind(() => [{ hidden: 8 }], []),
            settings: kind(() => ({ epochs: 1, batchSize: 8 }), []),
            weights: kinds.flag,
            progress: kind(() => "none", []),
          },
          { out: "out" },
        ),
        ["undefined", ...EMPTY],
        "refused",
      ),
    ),
    refused: true,
  },
};
