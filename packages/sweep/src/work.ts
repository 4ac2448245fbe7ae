/** A sweep at work: it submits jobs to the engine, as many as that wants, and writes what comes back. */
import { Checksums, DataFailure } from "./data.ts";
import type { Session } from "./engine.ts";
import type { Job, Outcome } from "./job.ts";
import { makeJob } from "./key.ts";
import type { Ending, Plan, Watcher } from "./plan.ts";
import { reportOf } from "./report.ts";
import { Results } from "./results.ts";
import type { Task } from "./schedule.ts";
import { type Verification, Verifier, verdictOf } from "./verify.ts";

/** The work of one sweep, done once. */
export class Work {
  readonly #plan: Plan;
  readonly #watcher: Watcher;
  readonly #code: Promise<string>;
  readonly #checksums: Checksums;
  readonly #endings: Ending[] = [];
  /** What each trial does last, by its key. */
  readonly #trials = new Map<string, Promise<unknown>>();
  readonly #failed = new AbortController();
  /** Aborted at the end. */
  readonly #ended = new AbortController();
  #session: Session | undefined;
  #verifier: Verifier | undefined;
  #opening: Promise<Session> | undefined;

  /** @param code the fingerprint of the recipe, which may be computed meanwhile */
  constructor(plan: Plan, code: Promise<string>, watcher: Watcher) {
    this.#plan = plan;
    this.#watcher = watcher;
    this.#code = code;
    code.catch(() => undefined); // whoever needs it first gets the error
    this.#checksums = new Checksums(plan.recipe);
  }

  /**
   * Does all runs.
   *
   * @throws the signal's reason if it is aborted; Error if the directory cannot be written to, or the engine fails
   */
  async run(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const results = await Results.open(this.#plan.out);
    try {
      await this.#runAll(results, AbortSignal.any([signal, this.#failed.signal]));
    } finally {
      this.#ended.abort();
      this.#checksums.close();
      await this.#opening?.then((session) => session.close()).catch(() => undefined);
      try {
        await this.#conclude(results);
        if (this.#endings.length > 0) await results.report(reportOf(this.#rows()));
      } finally {
        results.close();
      }
    }
  }

  async #runAll(results: Results, signal: AbortSignal): Promise<void> {
    const { schedule } = this.#plan;
    const waiting = schedule.first();
    const running = new Set<Promise<void>>();
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    stopped.catch(() => undefined);
    signal.throwIfAborted();
    while (waiting.length > 0 || running.size > 0) {
      // Until the first job is known to need the engine, it is not started.
      const capacity = this.#session?.capacity ?? 1;
      for (const task of waiting.splice(0, capacity - running.size)) {
        const done = this.#do(task, results).then((ending) => {
          running.delete(done);
          this.#endings.push(ending);
          // Promoted runs come first: the earlier they end, the earlier is known who follows.
          waiting.unshift(...schedule.next(task, ending.summary));
          this.#watcher.onEnding(ending);
        });
        running.add(done);
        done.catch(() => undefined);
      }
      const opened = this.#session === undefined ? this.#opening?.then(() => undefined) : undefined;
      await Promise.race([stopped, ...running, ...(opened ? [opened] : [])]);
    }
  }

  async #do(task: Task, results: Results): Promise<Ending> {
    const { weights, configurations } = this.#plan;
    const { options, settings } = configurations[task.trial];
    const code = await this.#code;
    const data = await this.#checksums.of(options).catch((error: unknown) => {
      if (error instanceof DataFailure) return error.failure;
      throw error;
    });
    const known = typeof data === "string";
    const job = makeJob({ code, data: known ? data : "", options, settings }, task.until, weights);
    if (!known) {
      await results.fail(job, data);
      return { task, job, worker: undefined, attempts: 0, reused: false, summary: undefined, error: data };
    }
    // Two equal configurations are one run, and the rungs of one trial use one directory: each waits for the one before.
    const ending = (this.#trials.get(job.trial) ?? Promise.resolve()).then(() => {
      const before = results.find(job);
      if (before === undefined) return this.#submit(task, job, results);
      const { worker, attempts, summary } = before;
      return { task, job, worker, attempts, reused: true, summary, error: undefined };
    });
    this.#trials.set(
      job.trial,
      ending.catch(() => undefined),
    );
    return ending;
  }

  async #submit(task: Task, job: Job, results: Results): Promise<Ending> {
    const directory = await results.begin(job);
    const session = await this.#open(job.code);
    let now = { worker: "", epoch: 0, until: task.until };
    const tell = (change: Partial<typeof now>) => {
      now = { ...now, ...change };
      this.#watcher.onRunning(task, now);
    };
    const outcome: Outcome = await session.run(job, {
      directory,
      onStart: (worker) => tell({ worker, epoch: 0 }),
      onMetrics: (metrics) => {
        this.#guarded(() => results.metrics(job, metrics));
        tell({ epoch: metrics.at(-1)?.epoch ?? 0 });
      },
    });
    const { worker, attempts } = outcome;
    if (outcome.status === "failed") {
      await results.fail(job, outcome.failure);
      return { task, job, worker, attempts, reused: false, summary: undefined, error: outcome.failure };
    }
    const { summary } = await results.finish(job, outcome);
    return { task, job, worker, attempts, reused: false, summary, error: undefined };
  }

  /** What verification has found; undefined if nothing was to be verified, or no run has begun. */
  get verification(): Verification | undefined {
    return this.#verifier?.verification;
  }

  /** Tells what verification has found, and takes the results back that nobody can trust. */
  async #conclude(results: Results): Promise<void> {
    const { verification } = this;
    if (verification === undefined) return;
    this.#watcher.onNotice(verdictOf(verification));
    await results.distrust(verification.wrong.flatMap(({ suspects }) => suspects));
  }

  #open(code: string): Promise<Session> {
    const { engine, recipe, verify } = this.#plan;
    const study = { recipe, code, signal: this.#ended.signal, onNotice: this.#watcher.onNotice };
    this.#opening ??= engine.open(study).then((opened) => {
      if (verify > 0) this.#verifier = new Verifier(opened, verify, study.onNotice);
      this.#session = this.#verifier ?? opened;
      return this.#session;
    });
    return this.#opening;
  }

  /** Does something for a caller that must not be disturbed; an error ends the sweep. */
  #guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#failed.abort(error);
    }
  }

  /** The rows of the report, in the order of the configurations and, of one, of the epochs. */
  #rows() {
    const sorted = this.#endings.toSorted((a, b) => a.task.trial - b.task.trial || a.task.until - b.task.until);
    const suspects = new Set(this.verification?.wrong.flatMap(({ suspects }) => suspects));
    return sorted.map(({ job: { key, options }, ...rest }) => ({ key, options, ...rest, suspect: suspects.has(key) }));
  }
}
