/** The start of a run: its data, network and threads, where it continues, and all checks before its first step. */
import { type Variable, variable } from "@polygrad/autograd";
import { DataLoader, type Targets } from "@polygrad/data";
import type { Module, Optimiser } from "@polygrad/nn";
import { Random, type Tensor, zeros } from "@polygrad/tensor";
import { LINE } from "@polygrad/tensor/internal";
import { checkSettings } from "./check-options.ts";
import type { Checkpoints } from "./checkpoint/checkpoints.ts";
import type { RunState } from "./checkpoint/state.ts";
import { type Crew, unlessAborted } from "./crew.ts";
import { type Group, groupsOf, keptBy, layoutOf } from "./groups.ts";
import type { Host, RecipeSource } from "./host.ts";
import { checkElementwise } from "./independence.ts";
import { NormClipping } from "./norm.ts";
import { stateNames } from "./optimiser-state.ts";
import type { DataParallelOptions } from "./options.ts";
import type { Setup } from "./protocol.ts";
import type { Data, Plan, Recipe } from "./recipe.ts";
import { type Shared, share, sharedHandle } from "./shared.ts";
import { Stopping } from "./stopping.ts";

/** A run that has started. */
export interface Session<Model extends Module, Given extends Data<Targets>> {
  readonly model: Model;
  readonly data: Given;
  readonly crew: Crew;
  readonly plan: Plan;
  readonly shared: Shared;
  readonly hasAverages: boolean;
  readonly checkpoints: Checkpoints | undefined;
  readonly stopping: Stopping | undefined;
  /** Where the run begins. */
  readonly state: RunState;
  readonly signal: AbortSignal | undefined;
}

/** Starts a run: see `DataParallel.start`. */
export async function begin<Options, Model extends Module, Given extends Data<Targets>>(
  host: Host,
  source: RecipeSource<Options, Model, Given>,
  settings: DataParallelOptions<Options>,
): Promise<Session<Model, Given>> {
  const { workers, shards } = checkSettings(settings, host.place());
  settings.signal?.throwIfAborted();
  // The threads start while this one loads the data.
  const { crew, recipe } = host.start(source, settings, workers, shards);
  try {
    return await prepare(host, crew, await unlessAborted(recipe, settings.signal), settings);
  } catch (error) {
    await crew.close();
    throw error;
  }
}

async function prepare<Options, Model extends Module, Given extends Data<Targets>>(
  host: Host,
  crew: Crew,
  recipe: Recipe<Options, Model, Given, Targets>,
  settings: DataParallelOptions<Options>,
): Promise<Session<Model, Given>> {
  const { options, epochs, batchSize, seed = 0, shuffle = true, capture = true, signal } = settings;
  const { clipNorm, average, earlyStopping, checkpoint, resume } = settings;
  const { shards } = crew;
  const data = await unlessAborted(Promise.resolve(recipe.data(options, signal)), signal);
  const model = recipe.model(options, new Random(seed), data);
  const loader = new DataLoader(data.train, { batchSize, shuffle, seed });
  const plan: Plan = { epochs, stepsPerEpoch: loader.length };
  const groups = groupsOf(model, recipe.groups && ((name, value) => recipe.groups?.(name, value, options) ?? ""));
  const make = (own: readonly Variable[]) =>
    recipe.optimiser(own, options, plan, Object.fromEntries(groups.map(({ name }, k) => [name, [own[k]]])));
  const states = statesOf(make, groups);

  const hasAverages = average !== undefined;
  const shared = share(model, data, groups, { shards, states: states.map(({ length }) => length), hasAverages });
  const layout = layoutOf(groups, keptBy(model));
  const stopping = earlyStopping && new Stopping(earlyStopping, figured(shared, hasAverages));
  const saved = {
    ...{ options, model, groups, shared, states, hasAverages, best: stopping?.best },
    facts: { epochs, batchSize, shards, seed, shuffle, clipNorm, average, earlyStopping, layout, states },
  };
  const saves = checkpoint !== undefined || typeof resume === "string";
  const opened = saves ? await host.openCheckpoints?.(settings, saved) : undefined;
  const state = opened?.state ?? initialState(seed);
  stopping?.restore(state.stopping);

  const sizes = shared.groups.map(({ values }) => values.size);
  const setup: Setup = {
    ...{ options, seed, batchSize, shuffle, capture, plan, layout, shared: sharedHandle(shared) },
    clipping: clipNorm === undefined ? undefined : { maximum: clipNorm, sums: NormClipping.buffer(sizes) },
    decay: average?.decay,
    pauses: opened?.checkpoints && { steps: opened.checkpoints.steps },
    resumed: opened?.state?.position,
  };
  crew.control.startAt(state.position.steps, state.lossSum);
  // While the threads prepare, this one checks the optimiser. If it is wrong, that is the error to report.
  const prepared = crew.all({ kind: "prepare", setup }, signal);
  prepared.catch(() => undefined);
  checkElementwise(make, epochs * loader.length, groups.length);
  await prepared;
  const checkpoints = opened?.checkpoints;
  return { model, data, crew, plan, shared, hasAverages, checkpoints, stopping, state, signal };
}

/** For each group, the names of what the recipe's optimiser keeps of each element. */
function statesOf(make: (own: readonly Variable[]) => Optimiser, groups: readonly Group[]): string[][] {
  const own = groups.map(() => variable(zeros([LINE])));
  const optimiser = make(own);
  return groups.map(({ name }, k) => stateNames(optimiser, own[k], name));
}

/** What figures are computed with: the parameters or their averages, and what is kept. */
function figured({ groups, rest }: Shared, hasAverages: boolean): Tensor[] {
  return [...groups.map(({ values, averages }) => (hasAverages ? averages : values)), rest.values];
}

/** The state of a run before its first step. */
function initialState(seed: number): RunState {
  const random = [...new Random(seed).split().split().state];
  return {
    position: { steps: 0, random, counters: {} },
    ...{ lossSum: 0, seconds: 0, history: [], stopping: undefined },
  };
}
