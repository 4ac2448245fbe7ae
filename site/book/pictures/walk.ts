/** A value that is used twice. */
import { graph } from "@polygrad/formats";
import { variable } from "polygrad";

const x = variable(3);
const y = x.square().mul(x);

export default { "x² · x": graph(y, { names: { x }, values: true, gradients: true }) };
