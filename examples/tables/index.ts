/** `pnpm example tables`: predicts the fuel consumption of cars, with a linear and with a polynomial network. */
import { loretz2024, kFold, LayerNorm, Linear, type Module, Polynomial, Random, Sequential } from "polygrad";
import { cars } from "./cars.ts";
import { fit, type Score } from "./fit.ts";

const FOLDS = 5;
const SEED = 1;

const models: Readonly<Record<string, (features: number, random: Random) => Module>> = {
  linear: (features, random) => new Linear(features, 1, { random }),
  polynomial: (features, random) =>
    new Sequential(
      new Polynomial(features, 8, { ...loretz2024, degree: 2, random }),
      new LayerNorm(8),
      new Polynomial(8, 1, { ...loretz2024, degree: 2, random }),
    ),
};

/** Prints a table with a line for each fold. */
export async function main(): Promise<number> {
  const { dataset, features } = await cars();
  console.log(`${dataset.length} cars; inputs: ${features.join(", ")}`);
  console.log(`${FOLDS} folds: each network predicts the miles per gallon of cars that it was not trained on.\n`);

  const names = Object.keys(models);
  const width = 22;
  console.log(["fold".padEnd(8), ...names.map((name) => name.padStart(width))].join(""));
  console.log(["".padEnd(8), ...names.map(() => "RMSE, mpg        R2".padStart(width))].join(""));
  const line = (title: string, scores: readonly Score[]) =>
    console.log(
      title.padEnd(8) +
        scores.map(({ rmse, r2 }) => `${rmse.toFixed(2)}     ${r2.toFixed(3)}`.padStart(width)).join(""),
    );

  const all = kFold(dataset, FOLDS, { seed: SEED }).map((fold, k) => {
    const scores = names.map((name) => fit(models[name](features.length, new Random(SEED)), fold, SEED));
    line(`${k + 1} of ${FOLDS}`, scores);
    return scores;
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const means = names.map((_, model) => ({
    rmse: mean(all.map((scores) => scores[model].rmse)),
    r2: mean(all.map((scores) => scores[model].r2)),
  }));
  line("mean", means);
  return 0;
}
