/** What the visitor draws: the strokes, the image of them that the network gets, and what the network takes it for. */
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Session } from "../../train/session.ts";
import type { DigitsAnswer } from "./questions.ts";
import { imageOf, type Point, type Stroke } from "./strokes.ts";
import type { DigitsSnapshot } from "./trainer.ts";

/** A two, so that there is something to see before anybody draws. */
const EXAMPLE: readonly Stroke[] = [
  [
    [0.3, 0.32],
    [0.33, 0.23],
    [0.41, 0.16],
    [0.52, 0.15],
    [0.62, 0.2],
    [0.66, 0.3],
    [0.63, 0.42],
    [0.54, 0.55],
    [0.42, 0.69],
    [0.3, 0.82],
    [0.44, 0.79],
    [0.58, 0.8],
    [0.72, 0.82],
  ].map(([x, y]) => ({ x, y })),
];

export class Drawing {
  readonly strokes: Signal<readonly Stroke[]> = signal(EXAMPLE);
  readonly image: ReadonlySignal<Uint8Array> = computed(() => imageOf(this.strokes.value));
  /** Of the ten digits; undefined while nothing is drawn, or the network is not there yet. */
  readonly probabilities: Signal<Float32Array | undefined> = signal(undefined);
  readonly #session: Session<DigitsSnapshot, DigitsAnswer>;
  readonly #stops: readonly (() => void)[];
  #isExample = true;
  #asking = false;

  constructor(session: Session<DigitsSnapshot, DigitsAnswer>) {
    this.#session = session;
    this.#stops = [
      effect(() => {
        const { drawn } = session.snapshot.value ?? {};
        if (drawn !== undefined && !this.#asking) this.probabilities.value = this.#shown(drawn);
      }),
      effect(() => {
        this.image.value;
        this.#ask();
      }),
    ];
  }

  get isEmpty(): boolean {
    return this.strokes.value.length === 0;
  }

  begin(point: Point): void {
    const before = this.#isExample ? [] : this.strokes.peek();
    this.#isExample = false;
    this.strokes.value = [...before, [point]];
  }

  extend(...points: readonly Point[]): void {
    const before = this.strokes.peek();
    const last = before[before.length - 1];
    if (last === undefined) return;
    this.strokes.value = [...before.slice(0, -1), [...last, ...points]];
  }

  undo(): void {
    this.#isExample = false;
    this.strokes.value = this.strokes.peek().slice(0, -1);
  }

  clear(): void {
    this.#isExample = false;
    this.strokes.value = [];
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  #shown(probabilities: Float32Array): Float32Array | undefined {
    return this.strokes.peek().length === 0 ? undefined : probabilities;
  }

  /** Asks about the newest image, one question at a time. */
  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      for (let asked: Uint8Array | undefined; asked !== this.image.peek(); ) {
        asked = this.image.peek();
        const answer = await this.#session.ask({ kind: "drawn", pixels: asked });
        if (answer.kind === "drawn") this.probabilities.value = this.#shown(answer.probabilities);
      }
    } catch {
      // Before the first training has begun there is nobody to ask: its snapshots will say what the example is.
    } finally {
      this.#asking = false;
    }
  }
}
