/**
 * Verification: some runs are done again by another worker, and the hashes of the weights are compared. A run has the same
 * bits on every machine, so a difference means that one of the two computes wrongly; a third computation says which.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Attempt, NoWorkerError, type Session } from "./engine.ts";
import type { Failure, Job, Outcome } from "./job.ts";

/** A worker whose weights differ from those that two others agree on. */
export interface WrongWorker {
  readonly worker: string;
  /** The run that has shown it. */
  readonly key: string;
  /** The hash of its weights, and that of the two others. */
  readonly weightsSha256: string;
  readonly expected: string;
  /** The keys of the runs that it had done before in this sweep. Nobody has verified these. */
  readonly suspects: readonly string[];
}

/** What the verification of a sweep has found. */
export interface Verification {
  /** The runs that two workers have done with the same weights. */
  readonly verified: number;
  /** The runs that were to be verified, but there was no other worker, or it has failed. */
  readonly unverified: number;
  readonly wrong: readonly WrongWorker[];
  /** The keys of runs on which workers differ, without two that agree. They have failed. */
  readonly disputed: readonly string[];
}

type Done = Extract<Outcome, { readonly status: "done" }>;

/** A session that verifies a share of the runs of another. */
export class Verifier implements Session {
  readonly #session: Session;
  readonly #share: number;
  readonly #onNotice: (text: string) => void;
  /** The keys of the runs that each worker has done. */
  readonly #done = new Map<string, Set<string>>();
  readonly #wrong = new Map<string, WrongWorker>();
  readonly #disputed: string[] = [];
  #verified = 0;
  #unverified = 0;

  /** @param share the share of the runs to verify, from 0 to 1 */
  constructor(session: Session, share: number, onNotice: (text: string) => void) {
    this.#session = session;
    this.#share = share;
    this.#onNotice = onNotice;
  }

  get capacity(): number {
    return this.#session.capacity;
  }

  /** What has been found so far. */
  get verification(): Verification {
    const [verified, unverified] = [this.#verified, this.#unverified];
    return { verified, unverified, wrong: [...this.#wrong.values()], disputed: this.#disputed };
  }

  workers(): Promise<readonly string[]> {
    return this.#session.workers();
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  async run(job: Job, attempt: Attempt): Promise<Outcome> {
    const outcome = await this.#first(job, attempt);
    if (outcome.status === "failed") return outcome;
    const verified = isChosen(job.key, this.#share) ? await this.#verify(job, attempt, outcome) : outcome;
    if (verified.status === "done") this.#credit(verified.worker, job.key);
    return verified;
  }

  async #first(job: Job, attempt: Attempt): Promise<Outcome> {
    try {
      for (;;) {
        const outcome = await this.#session.run(job, this.#without(attempt, []));
        // Its worker may have been found out while it was at work.
        if (!this.#wrong.has(outcome.worker)) return outcome;
      }
    } catch (error) {
      if (!(error instanceof NoWorkerError)) throw error;
      const message = "all workers that there are compute wrongly; start another";
      return {
        ...{ worker: "", attempts: 0, status: "failed" },
        failure: { name: error.name, message, stack: undefined, temporary: true },
      };
    }
  }

  async #verify(job: Job, attempt: Attempt, first: Done): Promise<Outcome> {
    const second = await this.#again(job, attempt, [first.worker]);
    if (second === undefined) {
      this.#unverified++;
      return first;
    }
    if (agree(first, second)) {
      this.#verified++;
      return first;
    }
    const third = await this.#again(job, attempt, [first.worker, second.worker]);
    if (third && agree(third, first)) return this.#judge(job, second, first);
    if (third && agree(third, second)) return this.#judge(job, first, second);
    this.#disputed.push(job.key);
    return { ...first, status: "failed", failure: dispute([first, second, ...(third ? [third] : [])]) };
  }

  /** Does a run once more, from its beginning; undefined if there is no worker for it, or it fails there. */
  async #again(job: Job, { directory }: Attempt, exclude: readonly string[]): Promise<Done | undefined> {
    const attempt = this.#without({ directory: join(directory, `verify-${exclude.length}`) }, exclude);
    const others = (await this.#session.workers()).filter((name) => !attempt.exclude?.includes(name));
    if (others.length === 0) return undefined;
    await mkdir(attempt.directory, { recursive: true });
    try {
      const outcome = await this.#session.run(job, attempt);
      return outcome.status === "done" ? outcome : undefined;
    } catch (error) {
      if (error instanceof NoWorkerError) return undefined;
      throw error;
    } finally {
      await rm(attempt.directory, { recursive: true, force: true });
    }
  }

  #judge({ key }: Job, wrong: Done, right: Done): Done {
    this.#verified++;
    const { worker } = wrong;
    const suspects = [...(this.#done.get(worker) ?? [])];
    const [weightsSha256, expected] = [hashOf(wrong), hashOf(right)];
    if (this.#wrong.has(worker)) return right;
    this.#wrong.set(worker, { worker, key, weightsSha256, expected, suspects });
    this.#onNotice(
      `verify: worker ${worker} computes wrongly: in run ${key.slice(0, 8)} its weights have the hash ` +
        `${weightsSha256.slice(0, 8)}, those of two others ${expected.slice(0, 8)}; it gets no more runs, and ` +
        `${suspects.length} that it has done are suspect`,
    );
    return right;
  }

  #credit(worker: string, key: string): void {
    this.#done.set(worker, (this.#done.get(worker) ?? new Set()).add(key));
  }

  #without(attempt: Attempt, exclude: readonly string[]): Attempt {
    return { ...attempt, exclude: [...exclude, ...this.#wrong.keys()] };
  }
}

/** Whether a run is among those to verify. That depends on its key alone, so it is the same in every sweep. */
export function isChosen(key: string, share: number): boolean {
  return Number.parseInt(key.slice(0, 12), 16) / 2 ** 48 < share;
}

/** What verification has found, in one line for people. */
export function verdictOf({ verified, unverified, wrong, disputed }: Verification): string {
  if (verified + disputed.length === 0)
    return unverified === 0
      ? "verify: nothing was verified: by their keys, none of the runs was among those to verify"
      : "verify: nothing was verified: there was no worker besides the one that did the run";
  const parts = [
    `verify: ${verified} ${verified === 1 ? "run was" : "runs were"} done by two workers with the same weights`,
    ...(unverified > 0 ? [`${unverified} could not be verified`] : []),
    ...(disputed.length > 0 ? [`workers differ on ${disputed.map((key) => key.slice(0, 8)).join(", ")}`] : []),
    ...(wrong.length > 0 ? [`wrong: ${wrong.map(({ worker }) => worker).join(", ")}`] : []),
  ];
  return parts.join("; ");
}

function hashOf({ result }: Done): string {
  return result.summary.weightsSha256;
}

function agree(a: Done, b: Done): boolean {
  return hashOf(a) === hashOf(b);
}

function dispute(outcomes: readonly Done[]): Failure {
  const claims = outcomes.map((outcome) => `${outcome.worker} ${hashOf(outcome).slice(0, 8)}`).join(", ");
  const message = `workers computed different weights, and no two agree: ${claims}; with three workers or more, two can`;
  return { name: "VerificationError", message, stack: undefined, temporary: true };
}
