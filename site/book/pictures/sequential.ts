/** Three layers, and the two operations that compute them. */
import { graph } from "@polygrad/formats";
import { Linear, ReLU, Sequential, zeros } from "polygrad";

const model = new Sequential(new Linear(2, 8), new ReLU(), new Linear(8, 1));
const x = zeros([4, 2]);

export default { "Three layers": graph(() => model.forward(x), { model, names: { x } }) };
