/** The race: from the command until the network reaches an accuracy. Whole processes are timed, from start to end. */
import { LEARNING_RATE, RACE, SEED } from "./cases.ts";
import { Child } from "./child.ts";
import { type Contender, commandOf, racers } from "./contenders.ts";
import type { Missing, Result, Session } from "./measure.ts";
import type { About, Finish, RaceJob } from "./protocol.ts";
import { median } from "./statistics.ts";
import { byTurns } from "./turns.ts";

/** A whole process cannot be cut short, so those that are much slower take part in every third round only. */
const EVERY = 3;

export interface RaceResult extends Result {
  /** From the command until training begins: loading the program, the library and the data. */
  readonly startSeconds: readonly number[];
  /** On the test images after each epoch. */
  readonly accuracies: readonly number[];
}

interface Run extends Finish {
  readonly about: About;
  readonly startSeconds: number;
  readonly seconds: number;
}

/** @param fastest the name of PyTorch's fastest setting, if it is known */
export async function measureRace(
  fastest: string | undefined,
  { rounds, families, places, shared, onProgress }: Session,
): Promise<{ results: RaceResult[]; missing: Missing[] }> {
  const { dataset, model, batchSize, target, most: epochs } = RACE;
  const entrants = racers(fastest).filter(({ family }) => families.includes(family));
  const files = shared.filesOf(dataset, model);
  const { results, failed } = await byTurns(rounds, entrants, async (contender, round): Promise<Run | null> => {
    if (!["ours", "torch"].includes(contender.family) && round % EVERY !== 0) return null;
    onProgress(`${RACE.name}: round ${round + 1}/${rounds}, ${contender.name}`);
    const { variant, threads } = contender;
    const settings = { batchSize, learningRate: LEARNING_RATE, seed: SEED, epochs, target };
    const job: RaceJob = { task: "race", model, variant, threads, ...settings, ...files, test: shared.test };
    const child = await Child.start(commandOf(contender, places), job);
    try {
      return { ...(await child.finish()), about: child.about, startSeconds: child.startSeconds };
    } finally {
      child.kill();
    }
  });
  return {
    results: [...results].map(([contender, runs]) => resultOf(contender, runs)),
    missing: [...failed].map(([contender, reason]) => ({ contender, reason })),
  };
}

/** The same weights and samples give the same epochs in every run, so the first run's losses stand for all. */
function resultOf(contender: Contender, runs: readonly (Run | null)[]): RaceResult {
  const finished = runs.filter((run) => run !== null);
  const [{ about, losses, accuracies }] = finished;
  const peaks = finished.flatMap(({ peakBytes }) => peakBytes ?? []);
  return {
    contender,
    about,
    seconds: runs.map((run) => run?.seconds ?? null),
    startSeconds: finished.map(({ startSeconds }) => startSeconds),
    part: 1,
    losses,
    accuracies,
    peakBytes: peaks.length > 0 ? median(peaks) : undefined,
  };
}
