/** One stage while it is open: its settings, its training, and the address that says both. */
import { effect, type Signal, signal } from "@preact/signals";
import { Session } from "../train/session.ts";
import { type Address, printAddress } from "./address.ts";
import { Query, queryOf } from "./query.ts";
import type { Stage } from "./stage.ts";

/** How often the address follows a training, in milliseconds: browsers allow a hundred changes in 30 seconds. */
const ADDRESS_EVERY = 1000;

export class Run<Settings extends object, Snapshot, Answer> {
  readonly settings: Signal<Settings>;
  readonly session: Session<Snapshot, Answer>;
  readonly #stage: Stage<Settings, Snapshot, Answer>;
  readonly #stop: () => void;
  #written = 0;

  constructor(stage: Stage<Settings, Snapshot, Answer>, address: Address) {
    this.#stage = stage;
    this.settings = signal(stage.read(new Query(address.query)));
    this.session = new Session(stage.name);
    // An address without a step is an invitation to watch, unless movement is unwelcome.
    const moves = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (moves && address.step === undefined) this.session.play();
    this.session.start(queryOf(this.settings.value), address.step);
    this.#stop = effect(() => this.#write(this.session.step.value, this.session.playing.value));
  }

  change = (part: Partial<Settings>, play = false): void => {
    this.settings.value = { ...this.settings.value, ...part };
    this.restart(play || (this.session.playing.value && this.session.goal.value === Number.POSITIVE_INFINITY));
  };

  restart = (play: boolean): void => {
    if (play) this.session.play();
    else this.session.playing.value = false;
    this.session.start(queryOf(this.settings.value));
    this.#write(0, false);
  };

  dispose(): void {
    this.#stop();
    this.session.dispose();
  }

  #write(step: number, playing: boolean): void {
    const now = performance.now();
    if (playing && now - this.#written < ADDRESS_EVERY) return;
    this.#written = now;
    const query = queryOf(this.settings.peek());
    history.replaceState(null, "", printAddress({ stage: this.#stage.name, query, step }));
  }
}
