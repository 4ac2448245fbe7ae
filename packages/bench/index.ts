/** `pnpm bench [name ...]`: measures Polygrad, on one thread except for `start`; without names, all of it. */
import { benchImport } from "./import.ts";
import { benchKernels } from "./kernels.ts";
import { benchMatmul } from "./matmul.ts";
import { benchMemory } from "./memory.ts";
import { benchReplay } from "./replay.ts";
import { benchStart } from "./start/index.ts";
import { benchTraining } from "./training.ts";

const benches: ReadonlyMap<string, () => Promise<void>> = new Map([
  ["training", benchTraining],
  ["replay", benchReplay],
  ["matmul", benchMatmul],
  ["kernels", benchKernels],
  ["import", benchImport],
  ["memory", benchMemory],
  ["start", benchStart],
]);

const names = process.argv.slice(2);
const unknown = names.find((name) => !benches.has(name));
if (unknown !== undefined) {
  console.error(`bench: there is no "${unknown}"; choose from ${[...benches.keys()].join(", ")}`);
  process.exit(2);
}
console.log(`node ${process.version}, one thread\n`);
for (const [name, bench] of benches) if (names.length === 0 || names.includes(name)) await bench();
