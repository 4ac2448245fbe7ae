/** `pnpm example stability`: which polynomial networks train, with which remedy, and why the others do not. */
import { range } from "@polygrad/sweep";
import type { Output } from "../output.ts";
import { type Definition, resultsOf, runStudy, type Study, type StudyRun } from "../study/index.ts";
import { configurationsAt, type Grid, grids } from "./grid.ts";
import { measured, measuredGrids } from "./measurements.ts";
import type { Configuration } from "./recipe.ts";
import { type MapRun, mapRunOf, type Findings } from "./record.ts";

const definition: Definition = {
  name: "stability",
  about: `Trains polynomial networks of many degrees, sizes and depths for one epoch on 10,000 digits of 14 x 14 pixels, with the
article's recipe and with remedies, and measures how the loss curves. --quick has eight networks.`,
  seeds: 1,
  extra: {
    full: "a finer map: degrees 2 to 12 and 20, six hidden sizes, depths 2 to 6; takes hours",
    "hidden LIST": "only these hidden sizes, such as 20,64",
    "mnist DIR": "read the four IDX files of MNIST from this directory",
  },
};

/** The number of training images, and of those in a batch. */
const [IMAGES, BATCH] = [10_000, 128];

/** Runs the example and returns the exit code. */
export async function main(args: readonly string[], output: Output): Promise<number> {
  return runStudy(definition, args, output, async (study) => {
    const { quick, seeds, extra } = study.options;
    const data = extra.mnist ?? "";
    const grid = gridOf(study);
    console.error("measuring how the loss curves");
    const measurements = await measured(study, measuredGrids[quick ? "quick" : "standard"], data);
    const done: StudyRun<Configuration>[] = [];
    const runs: MapRun[] = [];
    for (const hidden of grid.hidden) {
      const space = configurationsAt(hidden, grid, { images: IMAGES, data }, range(seeds));
      const own = await study.runs<Configuration>({
        part: `hidden-${hidden}`,
        recipe: new URL("./recipe.ts", import.meta.url),
        source: "stability/recipe.ts",
        space: [...space.keys()],
        mayDiverge: true,
        settings: (options) => ({
          ...{ epochs: space.get(options)?.epochs ?? 1, batchSize: BATCH, shards: 1 },
          ...(options.clipNorm > 0 ? { clipNorm: options.clipNorm } : {}),
        }),
      });
      done.push(...own);
      for (const run of own) {
        const variant = space.get(run.options);
        if (variant !== undefined) runs.push(mapRunOf(run, variant));
      }
    }
    const { configurationSha256, engine, cpu } = resultsOf(study, done);
    const record: Findings = {
      ...{ experiment: "stability", configurationSha256, engine, cpu, grid, images: IMAGES, seeds },
      ...{ runs, ...measurements },
    };
    const { publish } = await import("./publish.ts");
    await publish(record, study.options);
  });
}

/** The map that the options ask for. */
function gridOf({ options: { quick, extra } }: Study): Grid {
  const grid: Grid = grids[quick ? "quick" : extra.full === "true" ? "full" : "standard"];
  if (extra.hidden === undefined) return grid;
  const wanted = extra.hidden.split(",").map(Number);
  const unknown = wanted.find((size) => !grid.hidden.includes(size));
  if (unknown !== undefined)
    throw new Error(`--hidden must be some of ${grid.hidden.join(",")}, got ${JSON.stringify(extra.hidden)}`);
  return { ...grid, hidden: grid.hidden.filter((size) => wanted.includes(size)) };
}
