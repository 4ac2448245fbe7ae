/** A run under way: what its workers do together between two messages, and its state when they do nothing. */
import type { Targets } from "@polygrad/data";
import type { Metric, Module } from "@polygrad/nn";
import { assign, clone } from "@polygrad/tensor";
import { CheckpointError } from "./checkpoint/errors.ts";
import type { RunState } from "./checkpoint/state.ts";
import { NEVER } from "./control.ts";
import { wholeFigures } from "./figures.ts";
import type { Answer, Evaluated, Position } from "./protocol.ts";
import type { Data, Figures } from "./recipe.ts";
import type { Epoch } from "./results.ts";
import type { Session } from "./session.ts";
import { undoUnfinished } from "./undo.ts";

/** How many samples a worker evaluates at a time. The last bits of the figures depend on it. */
const PART = 1000;

/** How long an aborted run waits for its current step, in milliseconds, to write a checkpoint after it. */
const PATIENCE = 10_000;

export class Run {
  readonly #session: Session<Module, Data<Targets>>;
  readonly #history: Epoch[];
  /** Where the run stood when the workers paused last. */
  #position: Position;
  /** The time that training the current epoch took so far, in seconds. */
  #seconds: number;
  #explanations: ReadonlySet<string> = new Set();
  readonly #metrics = new Map<Evaluated, ReadonlyMap<string, Metric<unknown>>>();
  /** Whether workers are at work, so that the state changes; and whether the run has ended, so that it is gone. */
  #phase: "idle" | "busy" | "ended" = "idle";

  constructor(session: Session<Module, Data<Targets>>) {
    this.#session = session;
    this.#history = [...session.state.history];
    this.#position = session.state.position;
    this.#seconds = session.state.seconds;
  }

  get history(): readonly Epoch[] {
    return this.#history;
  }

  /** Whether no epoch is left to train. */
  get isOver(): boolean {
    const { plan, stopping } = this.#session;
    return this.#history.length === plan.epochs || stopping?.isOver === true;
  }

  /** Trains one epoch to its end, and returns its results. */
  async trainEpoch(): Promise<Epoch> {
    const number = this.#history.length + 1;
    return this.#saving(async () => {
      await this.#trainPart(number, NEVER);
      return this.#finishEpoch(number);
    });
  }

  /** Trains to the end of a step, counted over all epochs, or of the run. */
  async trainTo(step: number): Promise<void> {
    const { crew, plan } = this.#session;
    const { steps } = crew.control;
    while (!this.isOver && steps[0] < step) {
      const number = this.#history.length + 1;
      await this.#saving(async () => {
        await this.#trainPart(number, step);
        if (steps[0] === number * plan.stepsPerEpoch) await this.#finishEpoch(number);
      });
    }
  }

  /** Does some work with checkpoints in time, and another if it is aborted. */
  async #saving<T>(work: () => Promise<T>): Promise<T> {
    const { checkpoints, signal } = this.#session;
    checkpoints?.startTimer(() => this.#pause());
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted) await this.#take();
      throw error;
    }
  }

  async #finishEpoch(number: number): Promise<Epoch> {
    const { crew, data, stopping, checkpoints } = this.#session;
    const { losses } = crew.control;
    const validation = data.validation && (await this.evaluate("validation"));
    const test = data.test && (await this.evaluate("test"));
    stopping?.report(validation);
    const trainLoss = losses[0] / data.train.length;
    const epoch: Epoch = { epoch: number, trainLoss, validation, test, seconds: this.#seconds };
    this.#history.push(epoch);
    this.#seconds = 0;
    losses[0] = 0;
    if (this.isOver || checkpoints?.isDueAfter(number) || checkpoints?.isRequested) await this.#take();
    return epoch;
  }

  /** Trains to the end of an epoch or to a step before it, with pauses for checkpoints. */
  async #trainPart(epoch: number, step: number): Promise<void> {
    const { crew, plan, checkpoints, signal } = this.#session;
    const { control } = crew;
    const end = Math.min(epoch * plan.stepsPerEpoch, step);
    while (control.steps[0] < end) {
      control.paused[0] = 0;
      Atomics.store(control.pauseAt, 0, Math.min(step, NEVER));
      if (checkpoints?.isRequested) this.#pause();
      const start = performance.now();
      const answers = await this.#busy(this.#trainUntilPaused(epoch - 1));
      this.#seconds += (performance.now() - start) / 1000;
      this.#explanations = new Set(answers.map(({ explanation }) => explanation));
      this.#position = answers.find(({ position }) => position !== undefined)?.position ?? this.#position;
      if (control.paused[0] !== 0) await this.#take();
      signal?.throwIfAborted();
    }
  }

  /** Has all workers train. With checkpoints, an aborted signal does not stop them within a step. */
  async #trainUntilPaused(epoch: number): Promise<Answer[]> {
    const { crew, checkpoints, signal } = this.#session;
    const task = { kind: "train", epoch } as const;
    if (checkpoints === undefined || signal === undefined) return crew.all(task, signal);
    signal.throwIfAborted();
    const late = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pause = () => {
      this.#pause();
      timer = setTimeout(() => late.abort(signal.reason), PATIENCE);
    };
    signal.addEventListener("abort", pause, { once: true });
    try {
      return await crew.all(task, late.signal);
    } finally {
      signal.removeEventListener("abort", pause);
      clearTimeout(timer);
    }
  }

  async #busy<T>(work: Promise<T>): Promise<T> {
    this.#phase = "busy";
    try {
      return await work;
    } finally {
      if (this.#phase === "busy") this.#phase = "idle";
    }
  }

  /** Has the workers pause after their current step. */
  #pause(): void {
    Atomics.store(this.#session.crew.control.pauseAt, 0, 0);
  }

  /** See `DataParallel.evaluate`. */
  async evaluate(of: Evaluated): Promise<Figures> {
    const { crew, shared, hasAverages, signal } = this.#session;
    const live = hasAverages ? shared.groups.map(({ values }) => clone(values)) : [];
    try {
      if (hasAverages) for (const { values, averages } of shared.groups) assign(values, averages);
      const answers = await this.#busy(crew.all({ kind: "evaluate", of, part: PART }, signal));
      const { figures, metrics } = wholeFigures(answers.flatMap(({ parts }) => parts));
      this.#metrics.set(of, metrics);
      return figures;
    } finally {
      for (const [k, values] of live.entries()) assign(shared.groups[k].values, values);
    }
  }

  /** See `DataParallel.metric`. */
  metric(name: string, of: Evaluated): Metric<unknown> | undefined {
    return this.#metrics.get(of)?.get(name);
  }

  /** See `DataParallel.save`. */
  async save(): Promise<string> {
    const { checkpoints } = this.#session;
    if (checkpoints === undefined)
      throw new CheckpointError("DataParallel.save: the run has no checkpoint.directory; pass the option checkpoint");
    if (this.#phase === "ended") throw new CheckpointError("DataParallel.save: the run has ended");
    const written = checkpoints.request();
    if (this.#phase === "busy") this.#pause();
    else await this.#take();
    return written;
  }

  /** Takes a checkpoint of the current state, if the run takes any and this state can be known. */
  async #take(): Promise<void> {
    const { crew, checkpoints, stopping } = this.#session;
    // After an error within a step, the states of the optimiser are older than the parameters.
    if (checkpoints === undefined || this.#position.steps !== crew.control.steps[0]) return;
    const state: RunState = {
      ...{ position: this.#position, lossSum: crew.control.losses[0], seconds: this.#seconds },
      ...{ history: this.#history, stopping: stopping?.state },
    };
    await checkpoints.take(state);
  }

  /** Gives the model what figures were computed with: the weights of the best epoch, or the averages. */
  finish(): void {
    const { shared, stopping, hasAverages } = this.#session;
    this.#phase = "ended";
    const places = [...shared.groups.map(({ values }) => values), shared.rest.values];
    const averages = hasAverages ? shared.groups.map((group) => group.averages) : [];
    for (const [k, values] of (stopping?.best ?? averages).entries()) assign(places[k], values);
  }

  /** See `DataParallel.explain`. */
  explain(): string {
    return this.#explanations.size === 0 ? "has not trained yet" : [...this.#explanations].join("; ");
  }

  /** See `DataParallel.close`. */
  async close(): Promise<void> {
    const { crew, checkpoints, shared } = this.#session;
    this.#phase = "ended";
    checkpoints?.stopTimer();
    await crew.close();
    undoUnfinished(crew, shared);
    checkpoints?.refuse();
    await checkpoints?.settled();
  }
}
