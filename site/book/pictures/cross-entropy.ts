/** The cross entropy of one sample, as one operation and in steps. */
import { graph } from "@polygrad/formats";
import { crossEntropy, variable } from "polygrad";

const logits = variable([[1, 2, 3]]);
const loss = crossEntropy(logits, new Uint8Array([2]));
const options = { names: { logits }, values: true, gradients: true };

export default {
  "The kernel": graph(loss, options),
  "The composite": graph(loss, { ...options, unfold: true }),
};
