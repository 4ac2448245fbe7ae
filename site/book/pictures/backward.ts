/** The neuron of micrograd, with the same numbers. */
import { graph } from "@polygrad/formats";
import { variable } from "polygrad";

const [w1, w2, b] = [variable(0.2355), variable(0.0665), variable(0)];
const [x1, x2] = [variable(1), variable(-2)];
const y = w1.mul(x1).add(w2.mul(x2)).add(b).relu();

export default { "A neuron": graph(y, { names: { w1, w2, x1, x2, b }, values: true, gradients: true }) };
