/** The entries of the metrics and of early stopping. */
import * as polygrad from "polygrad";
import { tensor, zeros } from "polygrad";
import type { Entry } from "./calls.ts";
import { constructing, method, property } from "./entries.ts";
import * as kinds from "./kinds.ts";
import { kind, optional, options } from "./kinds.ts";
import { fittingInput } from "./layers.ts";

const logits = kind(() => zeros([2, 3]), ["tensor [2, 3]", "variable [2, 3]"]);
const labels = kind(() => [0, 2], []);
const outputs = kind(() => zeros([2, 3]), ["tensor [2, 3]", "variable [2, 3]"]);

const accuracy = () => new polygrad.Accuracy().add(zeros([2, 3]), [0, 2]);
const topK = () => new polygrad.TopKAccuracy(2).add(zeros([2, 3]), [0, 2]);
const matrix = () => new polygrad.ConfusionMatrix(3).add(zeros([2, 3]), [0, 2]);
const r2 = () => new polygrad.R2().add(zeros([2, 3]), zeros([2, 3]));
const stopping = () => new polygrad.EarlyStopping();

const errors = Object.fromEntries(
  Object.entries({
    MeanSquaredError: polygrad.MeanSquaredError,
    MeanAbsoluteError: polygrad.MeanAbsoluteError,
  }).flatMap(([name, Class]): [string, Entry][] => [
    [name, constructing(Class)],
    [`${name}.add`, method(() => new Class(), "add", fittingInput, fittingInput)],
    [`${name}.value`, property(() => new Class().add(zeros([2]), zeros([2])), "value")],
  ]),
);

export const metricEntries: Readonly<Record<string, Entry>> = {
  ...errors,
  Accuracy: constructing(polygrad.Accuracy),
  "Accuracy.add": method(accuracy, "add", logits, labels),
  "Accuracy.value": property(accuracy, "value"),
  "Accuracy (merge, which every metric has)": method(accuracy, "merge", kind(accuracy, [])),
  TopKAccuracy: constructing(polygrad.TopKAccuracy, kinds.positive),
  "TopKAccuracy.add": method(topK, "add", logits, labels),
  "TopKAccuracy.value": property(topK, "value"),
  ConfusionMatrix: constructing(polygrad.ConfusionMatrix, kinds.size),
  "ConfusionMatrix.add": method(matrix, "add", logits, labels),
  "ConfusionMatrix.value": property(matrix, "value"),
  "ConfusionMatrix.precision": property(matrix, "precision"),
  "ConfusionMatrix.recall": property(matrix, "recall"),
  R2: constructing(polygrad.R2),
  "R2.add": method(r2, "add", outputs, outputs),
  "R2.combined": method(r2, "merge", kind(r2, [])),
  "R2.perOutput": property(r2, "perOutput"),
  "R2.value": property(r2, "value"),
  EarlyStopping: constructing(
    polygrad.EarlyStopping,
    options({ mode: kind(() => "max", []), patience: kinds.positive, minimumChange: optional(kinds.finiteFrom0) }),
  ),
  "EarlyStopping.best": property(stopping, "best"),
  "EarlyStopping.waited": property(stopping, "waited"),
  "EarlyStopping.stop": property(stopping, "stop"),
  "EarlyStopping.report": method(stopping, "report", kinds.anyNumber),
  "EarlyStopping.stateDict": method(stopping, "stateDict"),
  "EarlyStopping.loadStateDict": method(
    stopping,
    "loadStateDict",
    kind(() => ({ best: tensor(1), waited: tensor(2) }), []),
  ),
};
