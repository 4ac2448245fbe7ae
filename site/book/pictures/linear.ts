/** A linear layer on four samples, as one operation and in steps. */
import { graph } from "@polygrad/formats";
import { Linear, zeros } from "polygrad";

const model = new Linear(3, 2);
const x = zeros([4, 3]);
const forward = () => model.forward(x);

export default {
  "What runs": graph(forward, { model, names: { x } }),
  Unfolded: graph(forward, { model, names: { x }, unfold: true }),
};
