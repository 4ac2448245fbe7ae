/** A sweep of runs that take a minute, to be killed: `tsx slow.ts OUT WORD`. */
import { grid, sweep } from "../../src/index.ts";

const [, , out, word] = process.argv;
const runs = sweep(new URL("../recipes/faulty.ts", import.meta.url), {
  space: grid({ fault: "is slow", hidden: 4, seed: 0, word }),
  settings: { epochs: 1, batchSize: 64 },
  progress: "none",
  out,
});
for await (const run of runs) console.log(run.status);
