/** The cars of npm's `vega-datasets`: 406 models of 1970 to 1982, from the StatLib archive. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { type Regression, Table } from "polygrad";

/** A car as the package has it; null is a missing value. */
interface Car {
  readonly Name: string;
  readonly Miles_per_Gallon: number | null;
  readonly Cylinders: number;
  readonly Displacement: number;
  readonly Horsepower: number | null;
  readonly Weight_in_lbs: number;
  readonly Acceleration: number;
  /** The first of January of the year of the model, such as "1970-01-01". */
  readonly Year: string;
  readonly Origin: string;
}

/** The target: miles per gallon. The inputs: everything else but the name. Cars without one of the numbers are left out. */
export async function cars(): Promise<Regression> {
  // The package is installed for the examples, and this may run from a bundle that is elsewhere.
  const require = createRequire(resolve(process.argv[1]));
  const list: readonly Car[] = JSON.parse(await readFile(require.resolve("vega-datasets/data/cars.json"), "utf8"));
  const table = Table.from(
    list.map((car) => ({ ...car, Year: Number(car.Year.slice(0, 4)) })),
    { ignore: ["Name"] },
  );
  return table.regression({ target: "Miles_per_Gallon", missing: "drop" });
}
