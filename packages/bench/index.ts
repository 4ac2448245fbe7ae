/**
 * `pnpm bench [name ...]`: measures Polygrad, on one thread except for `start`, `checkpoint` and `queue`; without names,
 * all of it.
 */
import { benchCheckpoint } from "./checkpoint.ts";
import { benchImport } from "./import.ts";
import { benchKernels } from "./kernels.ts";
import { benchMatmul } from "./matmul.ts";
import { benchMemory } from "./memory.ts";
import { benchQueue } from "./queue.ts";
import { benchReplay } from "./replay.ts";
import { benchSource } from "./source.ts";
import { benchStart } from "./start/index.ts";
import { benchTraining } from "./training.ts";

const benches: ReadonlyMap<string, () => Promise<void>> = new Map([
  ["training", benchTraining],
  ["replay", benchReplay],
  ["matmul", benchMatmul],
  ["kernels", benchKernels],
  ["source", benchSource],
  ["import", benchImport],
  ["memory", benchMemory],
  ["start", benchStart],
  ["checkpoint", benchCheckpoint],
  ["queue", benchQueue],
]);

const names = process.argv.slice(2);
const unknown = names.find((name) => !benches.has(name));
if (unknown !== undefined) {
  console.error(`bench: there is no "${unknown}"; choose from ${[...benches.keys()].join(", ")}`);
  process.exit(2);
}
console.log(`node ${process.version}, one thread\n`);
for (const [name, bench] of benches) if (names.length === 0 || names.includes(name)) await bench();
