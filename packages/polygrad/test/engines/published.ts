/** What every engine must reach, to the last bit: the figures that the documentation quotes. */
import type { Reached, Run } from "./training.ts";

/** `pnpm example mnist --epochs 3`: each batch in four shards. */
export const whole: { readonly run: Run; readonly reached: Reached } = {
  run: { epochs: 3, images: 60_000, shards: 4 },
  reached: {
    testLoss: 0.5547293841838836,
    testAccuracy: 0.8384,
    weightsSha256: "0cf1c3685941266f115e56aef3e5a0b0702ba617de1f635f9022383e972e4e26",
  },
};

/**
 * Five steps, the last with a smaller batch whose shards differ in size. With plain kernels the whole training would
 * take two minutes.
 */
export const small: { readonly run: Run; readonly reached: Reached } = {
  run: { epochs: 1, images: 10_001, shards: 4 },
  reached: {
    testLoss: 7.341259479522705,
    testAccuracy: 0.1301,
    weightsSha256: "c141b4876199d92e9519480824aeaf26da8617bf22c060ed0dfbf65a18df8857",
  },
};
