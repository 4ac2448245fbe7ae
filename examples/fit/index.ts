/** `pnpm example fit`: functions and tables fitted by polynomials of each basis, B-splines, and linear layers with ReLU. */
import { range } from "@polygrad/sweep";
import type { Output } from "../output.ts";
import { type Definition, jsonText, pageFile, resultsOf, runStudy, writeResults, writeText } from "../study/index.ts";
import { tasks } from "./data.ts";
import { fits } from "./fits.ts";
import { tune } from "./tuning.ts";

const definition: Definition = {
  name: "fit",
  about: `Fits functions of one, two and several variables and two tables with networks of equally many parameters, for equally many
steps and for an equally long time, and measures the error inside and outside the interval of training.`,
  seeds: 3,
  quickSeeds: 1,
  extra: { tune: "compare learning rates instead, by which those of the methods were chosen" },
};

/** Runs the example and returns the exit code. */
export async function main(args: readonly string[], output: Output): Promise<number> {
  return runStudy(definition, args, output, async (study) => {
    if (study.options.extra.tune) return tune(study);
    const seeds = range(study.options.seeds);
    const steps = await fits(study, { part: "steps", tasks, seeds });
    const time = await fits(study, { part: "time", tasks, seeds, share: ({ cost }) => 1 / cost });
    const results = resultsOf(study, [...steps, ...time]);
    await writeResults(study, results, "");
    if (study.options.write) await writeText(pageFile("fit.json"), jsonText(results));
    console.log(`configuration ${results.configurationSha256}`);
  });
}
