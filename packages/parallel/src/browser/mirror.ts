/**
 * A mirror: where a page and its worker cannot share memory, each has its own, and what either changes is copied.
 *
 * The worker begins with a copy of the page's memory, so that all handles are valid there too. Later, the page sends what
 * it may have changed before each task, and the worker sends it back after the task and now and then between two steps.
 */
import { assign, clone, type Tensor, tensor } from "@polygrad/tensor";
import type { Control } from "../control.ts";
import type { Setup } from "../protocol.ts";
import { type Shared, sharedAt } from "../shared.ts";
import { undoUnfinished } from "../undo.ts";
import type { Contents } from "./messages.ts";

export class Mirror {
  readonly #control: Control;
  readonly #shared: Shared;
  /** The parameters of all groups, their averages, and what is kept. */
  readonly #tensors: readonly Tensor[];

  constructor(control: Control, { shared }: Setup) {
    this.#control = control;
    this.#shared = sharedAt(shared);
    const { groups, rest } = this.#shared;
    this.#tensors = [...groups.flatMap(({ values, averages }) => [values, averages]), rest.values];
  }

  /** A copy of this thread's contents. */
  contents(): Contents {
    const { buffer } = this.#control;
    return {
      control: new Uint8Array(buffer).slice().buffer,
      tensors: this.#tensors.map((each) => Float32Array.from(clone(each).data)),
    };
  }

  /** Undoes a step that the worker has not finished. */
  undoUnfinished(): void {
    undoUnfinished({ control: this.#control, workers: 1 }, this.#shared);
  }

  /** Replaces this thread's contents by those of the other. */
  show({ control, tensors }: Contents): void {
    new Uint8Array(this.#control.buffer).set(new Uint8Array(control));
    for (const [k, each] of this.#tensors.entries()) assign(each, tensor(tensors[k]));
  }
}
