/** A polynomial layer on four samples, as one operation and in steps. */
import { graph } from "@polygrad/formats";
import { Polynomial, zeros } from "polygrad";

const model = new Polynomial(2, 3, { degree: 3 });
const x = zeros([4, 2]);
const forward = () => model.forward(x);

export default {
  "What runs": graph(forward, { model, names: { x } }),
  Unfolded: graph(forward, { model, names: { x }, unfold: true }),
};
