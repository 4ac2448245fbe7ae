/** `pnpm bench start`: how long it takes from a command to the first epoch, to the end, and to the first step. */
import { fileURLToPath } from "node:url";
import { summarise, table } from "../measure.ts";
import { builtProject } from "./built.ts";
import { engines, pnpm, root, runs } from "./commands.ts";
import { runToEnd } from "./run.ts";

const ROUNDS = 15;

/** What is timed: its name, and a round of it, which returns seconds. */
interface Timed {
  readonly name: string;
  readonly round: () => Promise<readonly number[]>;
  readonly seconds: number[][];
}

/** Times by turns, so that a change in the machine's load affects all; prints the fastest and the median. */
async function printTimes(title: string, columns: readonly string[], given: readonly Omit<Timed, "seconds">[]) {
  const all: readonly Timed[] = given.map((each) => ({ ...each, seconds: [] }));
  // The first run of a command may make what later ones find.
  for (const { round } of all) await round();
  for (let k = 0; k < ROUNDS; k++) for (const { round, seconds } of all) seconds.push([...(await round())]);
  table([
    [title, ...columns.flatMap((column) => [`${column}: best, s`, "median, s"])],
    ...all.map(({ name, seconds }) => [
      name,
      ...columns.flatMap((_, k) => {
        const { min, median } = summarise(seconds.map((times) => times[k]));
        return [min.toFixed(2), median.toFixed(2)];
      }),
    ]),
  ]);
}

/** Seconds until an example has printed its first epoch, and until it has ended. */
async function example(command: readonly string[]): Promise<number[]> {
  const { until, end } = await runToEnd([...command, "mnist", "--epochs", "1"], root, /epoch +1\/1/);
  return [until, end];
}

/** How much longer one command takes than another. */
async function difference(longer: readonly string[], shorter: readonly string[]): Promise<number[]> {
  const [long, short] = [await runToEnd(longer, root), await runToEnd(shorter, root)];
  return [long.end - short.end];
}

export async function benchStart(): Promise<void> {
  const first = ["node", "--enable-source-maps", "examples/start.mjs"];
  const started = [process.execPath, ...first.slice(1)];
  const commands = [{ name: `${first.join(" ")} mnist`, command: started }, ...engines()];
  const byPnpm = pnpm();
  if (byPnpm !== undefined) commands.unshift({ name: "pnpm example mnist", command: [...byPnpm, "example"] });
  await printTimes(
    "--epochs 1",
    ["first epoch", "end"],
    commands.map(({ name, command }) => ({ name, round: () => example(command) })),
  );

  const parts = [];
  if (byPnpm !== undefined) {
    parts.push({ name: "pnpm", round: () => difference([...byPnpm, "example"], started) });
    const npx = ["npx", "-y", "pnpm@10", "--version"];
    if (await runs(npx)) parts.push({ name: "npx", round: () => difference(npx, [...byPnpm, "--version"]) });
  }
  if (parts.length > 0) await printTimes("time that is not ours", ["more"], parts);

  const project = await builtProject();
  if (project === undefined) {
    console.log("built packages: not measured, because they are not built; run pnpm build first\n");
    return;
  }
  const program = fileURLToPath(new URL("first-step.mjs", project));
  await printTimes(
    "built packages",
    ["first step"],
    [1, 2].map((workers) => ({
      name: `${workers} worker${workers === 1 ? "" : "s"}`,
      round: async () => [(await runToEnd([process.execPath, program, `${workers}`], root, /first step/)).until],
    })),
  );
}
