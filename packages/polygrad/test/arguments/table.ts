/** The table: an entry for every exported function, and for every member of every exported class. */
import * as polygrad from "polygrad";
import { tensor } from "polygrad";
import { autogradEntries } from "./autograd.ts";
import type { Entry } from "./calls.ts";
import { dataEntries } from "./data.ts";
import { entry, method } from "./entries.ts";
import { fileEntries } from "./files.ts";
import { formatsEntries } from "./formats.ts";
import * as kinds from "./kinds.ts";
import { like } from "./kinds.ts";
import { layerEntries } from "./layers.ts";
import { metricEntries } from "./metrics.ts";
import { methodEntry, operationEntry, operations } from "./operations.ts";
import { parallelEntries } from "./parallel.ts";
import { sweepEntries } from "./sweep.ts";
import { tableEntries } from "./tables.ts";
import { tensorEntries } from "./tensor.ts";
import { trainingEntries } from "./training.ts";

/** Functions of one tensor that are methods too, but not operations with parameters. */
const plain: Readonly<Record<string, Entry>> = {
  ...ofOne("toArray", polygrad.toArray),
  ...ofOne("toJSON", polygrad.toJSON),
};

function ofOne(name: string, call: (x: never) => unknown): Record<string, Entry> {
  const self = () => tensor([1, 2]);
  return {
    [name]: entry(call, kinds.anyOperand),
    [`Tensor.${name}`]: method(self, name),
    [`Variable.${name}`]: method(() => polygrad.variable(self()), name),
  };
}

const ofTensors: Readonly<Record<string, Entry>> = Object.fromEntries(
  Object.entries({
    clone: polygrad.clone,
    contiguous: polygrad.contiguous,
    toFloat64: polygrad.toFloat64,
    toString: polygrad.toString,
  }).flatMap(([name, call]) => [
    [name, entry(call, kinds.anyTensor)],
    [`Tensor.${name}`, method(() => tensor([1, 2]), name)],
  ]),
);

const operationEntries = [...operations].flatMap(([name, operation]): [string, Entry][] => [
  // crossEntropy is another function in nn, whose entry follows.
  [Reflect.get(polygrad, name) === operation ? name : `${name} (of tensors)`, operationEntry(name)],
  [`Tensor.${name}`, methodEntry(name, "Tensor")],
  [`Variable.${name}`, methodEntry(name, "Variable")],
]);

/** All entries by name. A name may go on in brackets, to tell several forms of one function apart. */
export const table: Readonly<Record<string, Entry>> = {
  ...Object.fromEntries(operationEntries),
  ...plain,
  ...ofTensors,
  assign: entry(polygrad.assign, kinds.fittingTensor, kinds.fittingTensor),
  "Tensor.assign": method(
    () => tensor([1, 2, 3]),
    "assign",
    like(kinds.fittingTensor, () => tensor([4, 5, 6])),
  ),
  ...tensorEntries,
  ...autogradEntries,
  ...dataEntries,
  ...tableEntries,
  ...layerEntries,
  ...metricEntries,
  ...trainingEntries,
  ...formatsEntries,
  ...fileEntries,
  ...parallelEntries,
  ...sweepEntries,
};
