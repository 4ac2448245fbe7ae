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

/** Five steps, the last batch smaller than the others. The plain kernels would take two minutes for the whole. */
export const small: { readonly run: Run; readonly reached: Reached } = {
  run: { epochs: 1, images: 10_000, shards: 4 },
  reached: {
    testLoss: 6.885584354400635,
    testAccuracy: 0.1174,
    weightsSha256: "90880b8bc2ee2fd1842b32251a698600ceaf43a867134a6e768143918ac43627",
  },
};
