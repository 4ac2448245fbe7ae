/** @polygrad/nn/internal: what the other packages of Polygrad need in addition. It may change with any version. */
export { stochasticLayers } from "./module.ts";
