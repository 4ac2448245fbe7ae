/** Measures one case: starts the contenders, lets them train or multiply by turns, and collects their figures. */
import { IMAGES, LEARNING_RATE, SEED, SHAPES, type Shape, type Training } from "./cases.ts";
import { Child } from "./child.ts";
import { type Contender, commandOf, type Family, multipliers, type Places, trainers } from "./contenders.ts";
import type { About, Job, Reply } from "./protocol.ts";
import type { Shared } from "./share.ts";
import type { Rounds } from "./statistics.ts";
import { byTurns, messageOf } from "./turns.ts";

/** The result of one contender in one case. */
export interface Result {
  readonly contender: Contender;
  readonly about: About;
  /** Seconds per epoch, per product or per race, for each round. */
  readonly seconds: Rounds;
  /** The part of an epoch that it trains in a turn. */
  readonly part: number;
  /** Mean training loss of each epoch from the first, the warm-up, as long as it trains whole epochs. */
  readonly losses: readonly number[];
  /** The mean loss of the first batches, with which a slow contender is compared. */
  readonly headLoss?: number | undefined;
  /** The most memory that the process ever had resident, in bytes, where the system tells. */
  readonly peakBytes?: number | undefined;
}

/** A contender that could not be measured, and the reason. */
export interface Missing {
  readonly contender: Contender;
  readonly reason: string;
}

export interface Measured {
  readonly results: readonly Result[];
  readonly missing: readonly Missing[];
}

/** The settings that all cases share. */
export interface Session {
  readonly rounds: number;
  /** How long a turn of a peer should take: it trains the part of an epoch that fits, but Polygrad trains all of it. */
  readonly turnSeconds: number;
  readonly families: readonly Family[];
  readonly places: Places;
  readonly shared: Shared;
  readonly onProgress: (text: string) => void;
}

/** If the rest of the first epoch would take longer, it is left out: tfjs in plain JavaScript would take minutes. */
const WARM_UP_SECONDS = 9;

interface Entrant {
  readonly contender: Contender;
  readonly children: readonly Child[];
}

/** Warms up, then lets each contender train in each round. @throws Error if the images are missing */
export async function measureTraining(training: Training, session: Session): Promise<Measured> {
  const { name, dataset, model, batchSize } = training;
  const { rounds, turnSeconds, shared, onProgress } = session;
  const files = shared.filesOf(dataset, model);
  const { started, missing } = await start(name, trainers(training), session, ({ variant, threads }) => {
    const settings = { batchSize, learningRate: LEARNING_RATE, seed: SEED, epochs: rounds + 1 };
    return { task: "train", model, variant, threads, ...settings, ...files };
  });
  const perEpoch = Math.ceil(IMAGES / batchSize);
  const warm = new Map<Entrant, WarmUp>();
  try {
    const { results, failed } = await byTurns(rounds + 1, started, async (entrant, round) => {
      onProgress(`${name}: ${round === 0 ? "warming up" : `round ${round}/${rounds}`}, ${entrant.contender.name}`);
      const before = warm.get(entrant);
      if (before !== undefined) return ask(entrant, inATurn(turnSeconds, before.secondsPerBatch, perEpoch));
      const warmUp = await warmUpOf(entrant, batchSize);
      warm.set(entrant, warmUp);
      return warmUp.reply;
    });
    return {
      results: [...results].map(([entrant, replies]) => resultOf(entrant, replies, warm.get(entrant)?.headLoss)),
      missing: [...missing, ...[...failed].map(([{ contender }, reason]) => ({ contender, reason }))],
    };
  } finally {
    kill(started);
  }
}

/** All processes of a contender at once; the slowest one's reply. */
async function ask({ children }: Entrant, batches: number): Promise<Reply> {
  const replies = await Promise.all(children.map((child) => child.ask({ batches })));
  return replies.reduce((slower, other) => (other.seconds > slower.seconds ? other : slower));
}

interface WarmUp {
  readonly reply: Reply;
  readonly headLoss: number | undefined;
  readonly secondsPerBatch: number;
}

/** The first batches, the same samples for every size of batch; then the rest of the epoch, if there is time for it. */
async function warmUpOf(entrant: Entrant, batchSize: number): Promise<WarmUp> {
  const perEpoch = Math.ceil(IMAGES / batchSize);
  const head = (2 * 2048) / batchSize;
  const first = await ask(entrant, head);
  const secondsPerBatch = first.seconds / head;
  const whole = first.samples === IMAGES;
  if (whole || secondsPerBatch * (perEpoch - head) > WARM_UP_SECONDS)
    return { reply: first, headLoss: whole ? undefined : first.loss, secondsPerBatch };
  const rest = await ask(entrant, perEpoch - head);
  const sum = ({ samples = 0, loss = 0 }: Reply) => samples * loss;
  const reply = { seconds: first.seconds + rest.seconds, samples: IMAGES, loss: (sum(first) + sum(rest)) / IMAGES };
  return { reply, headLoss: first.loss, secondsPerBatch: rest.seconds / (perEpoch - head) };
}

/** As many batches as a turn has time for, but whole epochs if most of one fits. */
function inATurn(turnSeconds: number, secondsPerBatch: number, perEpoch: number): number {
  const fitting = Math.max(1, Math.round(turnSeconds / secondsPerBatch));
  return fitting > 0.8 * perEpoch ? perEpoch : fitting;
}

function resultOf({ contender, children }: Entrant, replies: readonly Reply[], headLoss: number | undefined): Result {
  const part = (reply: Reply | undefined) => (reply?.samples ?? IMAGES) / IMAGES;
  const partial = replies.findIndex((reply) => part(reply) < 1);
  const whole = partial < 0 ? replies : replies.slice(0, partial);
  return {
    contender,
    about: children[0].about,
    seconds: replies.slice(1).map((reply) => reply.seconds / part(reply) / contender.processes),
    part: part(replies.at(1)),
    losses: whole.flatMap(({ loss }) => loss ?? []),
    headLoss,
    peakBytes: replies.at(-1)?.peakBytes,
  };
}

/** Measures matrix products: one result for each shape. */
export async function measureProducts(session: Session): Promise<{ shape: Shape; measured: Measured }[]> {
  const { rounds, onProgress } = session;
  const { started, missing } = await start("gemm", multipliers, session, ({ variant, threads }) => {
    return { task: "gemm", variant, threads };
  });
  try {
    const all: { shape: Shape; measured: Measured }[] = [];
    for (const shape of SHAPES) {
      const { results, failed } = await byTurns(rounds + 1, started, ({ contender, children }, round) => {
        onProgress(`gemm ${shape.join(" x ")}: round ${round}/${rounds}, ${contender.name}`);
        return children[0].ask({ shape });
      });
      const measured = {
        results: [...results].map(([{ contender, children }, replies]) => {
          const seconds = replies.slice(1).map((reply) => reply.seconds);
          return { contender, about: children[0].about, seconds, part: 1, losses: [] };
        }),
        missing: [...missing, ...[...failed].map(([{ contender }, reason]) => ({ contender, reason }))],
      };
      all.push({ shape, measured });
    }
    return all;
  } finally {
    kill(started);
  }
}

/** Starts the processes of the chosen contenders, one after the other. */
async function start(
  name: string,
  contenders: readonly Contender[],
  { families, places, onProgress }: Session,
  jobOf: (contender: Contender) => Job,
): Promise<{ started: Entrant[]; missing: Missing[] }> {
  const started: Entrant[] = [];
  const missing: Missing[] = [];
  for (const contender of contenders.filter(({ family }) => families.includes(family))) {
    onProgress(`${name}: starting ${contender.name}`);
    const children: Child[] = [];
    try {
      for (let process = 0; process < contender.processes; process++)
        children.push(await Child.start(commandOf(contender, places), jobOf(contender)));
      started.push({ contender, children });
    } catch (error) {
      for (const child of children) child.kill();
      missing.push({ contender, reason: messageOf(error) });
    }
  }
  return { started, missing };
}

function kill(started: readonly Entrant[]): void {
  for (const { children } of started) for (const child of children) child.kill();
}
