/** Runs the contenders of a case in turn: in every round, each contender runs once. */
import { type CaseName, IMAGES, LEARNING_RATE, SEED, SHAPES, type TrainingName, trainingOf } from "./cases.ts";
import { Child } from "./child.ts";
import { type Contender, commandOf, contendersOf, type Family, type Places } from "./contenders.ts";
import type { About, Job, Reply, Request } from "./protocol.ts";
import type { Shared } from "./share.ts";

/** The result of one contender in one case. */
export interface Result {
  readonly contender: Contender;
  readonly about: About;
  /** Seconds per epoch or per product, for each round. */
  readonly seconds: readonly number[];
  /** Mean training loss of each epoch, including the warm-up; empty if the contender does not train whole epochs. */
  readonly losses: readonly number[];
  /** The mean loss of the first batches, after which a slow contender stops. */
  readonly headLoss: number | undefined;
}

/** A contender that could not be measured, and the reason. */
export interface Missing {
  readonly contender: Contender;
  readonly reason: string;
}

export interface Measured {
  /** The name of a case, or `gemm` and a shape. */
  readonly name: string;
  readonly results: readonly Result[];
  readonly missing: readonly Missing[];
}

/** The settings that all cases share. */
export interface Session {
  readonly rounds: number;
  readonly families: readonly Family[];
  readonly places: Places;
  readonly shared: Shared;
  readonly onProgress: (text: string) => void;
}

/** Measures a case; `gemm` returns one result for each shape. */
export async function measure(name: CaseName, session: Session): Promise<Measured[]> {
  const missing: Missing[] = [];
  const started: Entrant[] = [];
  for (const contender of contendersOf(name, session.families)) {
    session.onProgress(`${name}: starting ${contender.name}`);
    try {
      const job = name === "gemm" ? productJob(contender) : trainingJob(name, contender, session);
      const child = await Child.start(commandOf(contender, session.places), job);
      started.push({ contender, child, job });
    } catch (error) {
      missing.push({ contender, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  try {
    if (name !== "gemm") return [await rounds(name, started, missing, (epoch) => ({ epoch }), session)];
    const measured: Measured[] = [];
    for (const shape of SHAPES)
      measured.push(await rounds(`gemm ${shape.join(" x ")}`, started, missing, () => ({ shape }), session));
    return measured;
  } finally {
    for (const { child } of started) child.kill();
  }
}

interface Entrant {
  readonly contender: Contender;
  readonly child: Child;
  readonly job: Job;
}

function productJob({ variant, threads }: Contender): Job {
  return { task: "gemm", variant, threads };
}

function trainingJob(name: TrainingName, contender: Contender, { rounds, shared }: Session): Job {
  const { model, batchSize } = trainingOf(name);
  const { variant, threads, slow } = contender;
  const epochs = rounds + 1;
  // The same number of samples for every batch size.
  const head = Math.ceil((2 * 2048) / batchSize);
  const batches = slow ? head : Math.ceil(IMAGES / batchSize);
  const settings = { batchSize, learningRate: LEARNING_RATE, seed: SEED, epochs, head, batches };
  return { task: "train", model, variant, threads, ...settings, ...shared[model] };
}

/** One warm-up round, then the rounds that count. Each round begins with a different contender. */
async function rounds(
  name: string,
  started: readonly Entrant[],
  missing: readonly Missing[],
  request: (round: number) => Request,
  { rounds, onProgress }: Session,
): Promise<Measured> {
  const replies = new Map<Entrant, Reply[]>(started.map((entrant) => [entrant, []]));
  const failed: Missing[] = [];
  for (let round = 0; round <= rounds; round++) {
    const present = [...replies.keys()];
    const first = round % Math.max(1, present.length);
    for (const entrant of [...present.slice(first), ...present.slice(0, first)]) {
      onProgress(`${name}: ${round === 0 ? "warming up" : `round ${round}/${rounds}`}, ${entrant.contender.name}`);
      try {
        replies.get(entrant)?.push(await entrant.child.ask(request(round)));
      } catch (error) {
        replies.delete(entrant);
        failed.push({ contender: entrant.contender, reason: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  const results = [...replies].map(([entrant, given]) => resultOf(entrant, given));
  return { name, results, missing: [...missing, ...failed] };
}

function resultOf({ contender, child, job }: Entrant, replies: readonly Reply[]): Result {
  const part = job.task === "train" ? (job.batches * job.batchSize) / IMAGES : 1;
  const seconds = replies.slice(1).map((reply) => reply.seconds / Math.min(1, part));
  const losses = contender.slow ? [] : replies.flatMap(({ loss }) => loss ?? []);
  return { contender, about: child.about, seconds, losses, headLoss: replies[0]?.headLoss };
}
