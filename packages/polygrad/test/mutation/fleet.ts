/** A few child processes that run tests against mutants, and are replaced when a mutant hangs or breaks them. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Message, Task } from "./runner.ts";
import type { PackageName } from "./session.ts";

/** What became of a mutant. */
export type Outcome =
  | { readonly state: "killed"; readonly by: string }
  | { readonly state: "timed out" }
  | { readonly state: "survived" };

const runner = fileURLToPath(new URL("runner.ts", import.meta.url));

/** How to run mutants. */
export interface FleetOptions {
  /** The number of processes. */
  readonly size: number;
  /** A mutant that lets no test end for so many milliseconds hangs. */
  readonly patience: number;
  /** The time, as `performance.now()` has it, after which no mutant is started. */
  readonly until: number;
  onOutcome(task: Task, outcome: Outcome): void;
}

/** Runs the tasks in order, each on the first process that is free. */
export async function runAll(
  name: PackageName,
  tasks: readonly Task[],
  { size, patience, until, onOutcome }: FleetOptions,
): Promise<void> {
  const queue = [...tasks];
  const work = async (): Promise<void> => {
    let child: ChildProcess | undefined;
    for (let task = queue.shift(); task !== undefined && performance.now() < until; task = queue.shift()) {
      child ??= await start(name);
      const outcome = await outcomeOf(child, task, patience);
      if (outcome.state === "timed out") {
        child.kill("SIGKILL");
        child = undefined;
      }
      onOutcome(task, outcome);
    }
    child?.disconnect();
  };
  await Promise.all(Array.from({ length: size }, work));
}

function start(name: PackageName): Promise<ChildProcess> {
  const child = fork(runner, [name], {
    execArgv: [...process.execArgv, "--max-old-space-size=1500"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    child.once("message", () => resolve(child));
    child.once("exit", (code) => reject(new Error(`mutation: a runner ended with code ${code} before it was ready`)));
  });
}

/** A process that ends, for example for lack of memory, counts as timed out. */
function outcomeOf(child: ChildProcess, task: Task, patience: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const finish = (outcome: Outcome): void => {
      clearTimeout(timer);
      child.off("message", hear).off("exit", end);
      resolve(outcome);
    };
    const end = (): void => finish({ state: "timed out" });
    const hear = (message: Message): void => {
      timer.refresh();
      if (message.kind === "done")
        finish(message.killer === undefined ? { state: "survived" } : { state: "killed", by: message.killer });
    };
    const timer = setTimeout(end, patience);
    child.on("message", hear).on("exit", end);
    child.send(task);
  });
}
