/** The crew in a browser: Web Workers, which share the memory of the page if they can. */
import { copyMemory } from "@polygrad/tensor/internal";
import { Crew, type Size } from "../crew.ts";
import type { WebWorker } from "../options.ts";
import type { Answer, Order } from "../protocol.ts";
import { Mirror } from "./mirror.ts";
import { WebThread } from "./thread.ts";

export class WebCrew extends Crew {
  readonly #threads: readonly WebThread[];
  /** Undefined if memory is shared, and before the first task. */
  #mirror: Mirror | undefined;

  /** @param workers the Web Workers, which have just been started */
  constructor(workers: readonly WebWorker[], size: Size) {
    super(size);
    this.#threads = workers.map(
      (worker, number) =>
        new WebThread(worker, number, this.data, size.shared, {
          failed: (error) => {
            this.failure ??= this.failureOf(number + 1, error);
          },
          advanced: (contents) => this.#mirror?.show(contents),
        }),
    );
  }

  override get threads(): readonly WebWorker[] {
    return this.#threads.filter(({ isRunning }) => isRunning).map(({ worker }) => worker);
  }

  protected override async one(order: Order): Promise<Answer> {
    const thread = this.#threads[order.ticket];
    try {
      if (!this.shared && order.kind === "prepare") this.#mirror = new Mirror(this.control, order.setup);
      const reply = await thread.do({
        ...{ kind: "order", order, contents: this.#mirror?.contents() },
        memory: !this.shared && order.kind === "prepare" ? copyMemory() : undefined,
      });
      if (reply.contents !== undefined) this.#mirror?.show(reply.contents);
      if (reply.kind === "answer") return reply.answer;
      throw reply.error;
    } catch (error) {
      throw this.failureOf(order.ticket + 1, error);
    }
  }

  protected override async end(): Promise<boolean> {
    // Workers that wait for each other notice it at once.
    this.barrier.break();
    const ended = await Promise.all(this.#threads.map((thread) => thread.end()));
    return ended.every((each) => each);
  }
}
