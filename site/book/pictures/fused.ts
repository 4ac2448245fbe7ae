/** Layer normalisation, as one operation and in steps. */
import { graph } from "@polygrad/formats";
import { variable } from "polygrad";

const x = variable([[1, 2, 6]]);
const [weight, bias] = [variable([1, 1, 1]), variable([0, 0, 0])];
const y = x.layerNorm(weight, bias);
const names = { x, weight, bias };

export default {
  "The kernel": graph(y, { names, values: true }),
  "The composite": graph(y, { names, values: true, unfold: true }),
};
