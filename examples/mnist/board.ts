/** What `--tensorboard` writes after each epoch: the losses, the accuracy and the distribution of all parameters. */
import type { Tracker } from "@polygrad/formats";
import { tensorBoard } from "@polygrad/formats/node";
import type { Sequential } from "polygrad";
import type { Epoch } from "./results.ts";

/** An open event file; without a directory, nothing is written. */
export class Board {
  readonly #file: (Tracker & { close(): void }) | undefined;

  /** @throws FileError if the directory cannot be made or written to */
  constructor(directory: string | undefined) {
    if (directory !== undefined) this.#file = tensorBoard(directory);
  }

  epoch({ epoch, trainLoss, testLoss, testAccuracy, seconds }: Epoch, model: Sequential): void {
    const losses = { "loss/train": trainLoss, "loss/test": testLoss };
    const parameters = Object.fromEntries(model.namedParameters());
    this.#file?.(epoch, { ...losses, "accuracy/test": testAccuracy, "seconds per epoch": seconds, ...parameters });
  }

  close(): void {
    this.#file?.close();
  }
}
