/** @polygrad/nn/internal: what the other packages of Polygrad need in addition. It may change with any version. */

export { Buffer, isBuffer } from "./buffer.ts";
export { Metric } from "./metrics/metric.ts";
export { metricFrom } from "./metrics/state.ts";
export { inputOf, isLayer, stochasticLayers } from "./module.ts";
export { averaging } from "./optim/average.ts";
export { scaling } from "./optim/clip.ts";
export { type Tracking, trackingLayers } from "./tracking.ts";
