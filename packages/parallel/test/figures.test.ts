/** The figures of a dataset, from those of its parts: means weighted by samples, and metrics merged in order. */
import { Accuracy, ConfusionMatrix, R2 } from "@polygrad/nn";
import { normal, Random, tensor } from "@polygrad/tensor";
import { expect, test } from "vitest";
import { partFigures, wholeFigures } from "../src/figures.ts";

const rows = [3, 5, 2, 7];
const random = new Random(4);
const parts = rows.map((count, part) => {
  const [outputs, targets] = [normal([count, 2], random), normal([count, 2], random)];
  const labels = Int32Array.from({ length: count }, () => random.below(2));
  const figures = {
    loss: random.uniform(),
    accuracy: new Accuracy().add(outputs, labels),
    confusion: new ConfusionMatrix(2).add(outputs, labels),
    r2: new R2().add(outputs, targets),
  };
  return { part, count, outputs, targets, labels, figures };
});
/** As threads send them, in the order in which they arrive. */
const sent = parts.map(({ part, count, figures }) => structuredClone(partFigures(part, count, figures)));
const arrived = [2, 0, 3, 1].map((part) => sent[part]);

test("numbers are weighted by samples, and metrics are those of all samples", () => {
  const { figures, metrics } = wholeFigures(arrived);
  const total = rows.reduce((sum, count) => sum + count, 0);
  const loss = parts.reduce((sum, part) => sum + part.count * part.figures.loss, 0) / total;
  expect(figures.loss).toBe(loss);
  const answers = parts.flatMap(({ outputs }) => [...outputs.argmax(1)]);
  const labels = parts.flatMap((part) => [...part.labels]);
  const right = answers.filter((answer, k) => answer === labels[k]);
  expect(figures.accuracy).toBe(right.length / total);
  const all = (key: "outputs" | "targets") => parts.flatMap((part) => part[key].toArray());
  expect(figures.r2).toBeCloseTo(new R2().add(tensor(all("outputs")), tensor(all("targets"))).value, 12);
  const confusion = metrics.get("confusion");
  const counts = [0, 1].map((label) =>
    [0, 1].map((answer) => answers.filter((own, k) => own === answer && labels[k] === label).length),
  );
  expect(confusion instanceof ConfusionMatrix && confusion.value.toArray()).toEqual(counts);
  expect(Object.keys(figures).sort()).toEqual(["accuracy", "loss", "r2"]);
});

test("a figure that some parts lack is an error", () => {
  const lacking = [sent[0], partFigures(1, 5, { accuracy: new Accuracy() })];
  expect(() => wholeFigures(lacking)).toThrow(/returns loss for some batches, but not for others/);
});
