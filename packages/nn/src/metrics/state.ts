/** Metrics from what another thread has sent of them. */
import { ArgumentError } from "@polygrad/tensor";
import { Accuracy, TopKAccuracy } from "./accuracy.ts";
import { ConfusionMatrix } from "./confusion-matrix.ts";
import { MeanAbsoluteError, MeanSquaredError } from "./mean-error.ts";
import type { Metric, MetricState } from "./metric.ts";
import { R2 } from "./r2.ts";

const makers: Readonly<Record<string, (options: MetricState["options"]) => Metric<unknown>>> = {
  Accuracy: () => new Accuracy(),
  TopKAccuracy: ({ k }) => new TopKAccuracy(k),
  ConfusionMatrix: ({ classes }) => new ConfusionMatrix(classes),
  MeanSquaredError: () => new MeanSquaredError(),
  MeanAbsoluteError: () => new MeanAbsoluteError(),
  R2: () => new R2(),
};

/** The metric with that state. @throws ArgumentError if it is of an unknown kind */
export function metricFrom(state: MetricState): Metric<unknown> {
  if (!Object.hasOwn(makers, state.kind))
    throw new ArgumentError(
      `metric: there is no kind "${state.kind}"; the kinds are ${Object.keys(makers).join(", ")}`,
    );
  return makers[state.kind](state.options).merge(state);
}
