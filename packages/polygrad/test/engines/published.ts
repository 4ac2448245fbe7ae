/** What every engine must reach, to the last bit: the figures that the documentation quotes. */
import type { Reached, Run } from "./training.ts";

/** `pnpm example mnist --epochs 3`: each batch in four shards. */
export const whole: { readonly run: Run; readonly reached: Reached } = {
  run: { epochs: 3, images: 60_000, shards: 4 },
  reached: {
    testLoss: 0.5546374142169952,
    testAccuracy: 0.8383,
    weightsSha256: "639e689f194896a186fd1f6f06e4af9b8b04973fec47134cabc162beae2d9b4d",
  },
};

/**
 * Five steps, the last with a smaller batch whose shards differ in size. With plain kernels the whole training would
 * take two minutes.
 */
export const small: { readonly run: Run; readonly reached: Reached } = {
  run: { epochs: 1, images: 10_001, shards: 4 },
  reached: {
    testLoss: 7.3412596702575685,
    testAccuracy: 0.1301,
    weightsSha256: "d98d40ffb2c3657a5b5bfb7577e7df3d6f26116f7475db0fe8b1baea49387e3c",
  },
};
