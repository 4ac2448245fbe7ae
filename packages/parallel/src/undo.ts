/** Undoing a step that was not finished: some workers may have updated their slices, and others not. */
import { assign } from "@polygrad/tensor";
import type { Crew } from "./crew.ts";
import { workerSlice } from "./shards.ts";
import type { Shared } from "./shared.ts";

/** Restores what workers had already changed in a step that was not finished. Call it when their threads have ended. */
export function undoUnfinished(
  { control, workers }: Pick<Crew, "control" | "workers">,
  { groups, rest }: Shared,
): void {
  for (const [worker, step] of control.saved.entries()) {
    if (step <= control.steps[0]) continue;
    for (const { values, saved } of groups) {
      const { start, end } = workerSlice(values.size, workers, worker);
      assign(values.slice(0, start, end), saved.slice(0, start, end));
    }
    if (worker === 0) assign(rest.values, rest.saved);
  }
}
