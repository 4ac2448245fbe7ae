/** Softmax and its logarithm in their primitive operations. */
import { graph } from "@polygrad/formats";
import { variable } from "polygrad";

const x = variable([1, 2, 3]);

export default {
  softmax: graph(x.softmax(), { names: { x }, values: true }),
  logSoftmax: graph(x.logSoftmax(), { names: { x }, values: true }),
};
