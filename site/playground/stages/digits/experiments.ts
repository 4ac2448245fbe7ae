/** Settings of the stage Digits worth a look. A test says that what they promise is so. */
import type { Experiment } from "../../app/experiments.tsx";

export const experiments: readonly Experiment[] = [];
