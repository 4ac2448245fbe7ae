/** A recipe without `evaluate`, so that the test data is evaluated by the mean loss. */
import type { Recipe } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import small, { type SmallOptions } from "./small.ts";

const { data, model, loss, optimiser } = small;

export default { data, model, loss, optimiser } satisfies Recipe<SmallOptions, Sequential>;
