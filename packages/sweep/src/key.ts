/** The keys of runs: one hash of everything that a result depends on. */
import { createHash } from "node:crypto";
import { canonical, type JsonObject } from "@polygrad/parallel/internal";
import type { Job, JobSettings } from "./job.ts";

/** What determines a job, besides where it ends. */
export interface Configuration {
  readonly code: string;
  readonly data: string;
  readonly options: JsonObject;
  readonly settings: JobSettings;
}

/** The job that trains a configuration to an epoch, with its keys. */
export function makeJob(configuration: Configuration, until: number, weights: boolean): Job {
  const { code, data, options, settings } = configuration;
  // The number of threads and the replay of steps change the time that a run takes, but no bit of its result.
  const { workers: _, capture: __, ...deciding } = settings;
  const trial = sha256(canonical("sweep", "the configuration", { code, data, options, settings: deciding }));
  const key = until === settings.epochs ? trial : sha256(`${trial} until ${until}`);
  return { key, trial, ...configuration, until, weights };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
