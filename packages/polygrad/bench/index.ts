/** `pnpm bench`: the article's networks, matrix products, start-up and memory; one thread, best and median of many. */
import { benchImport } from "./import.ts";
import { benchMatmul } from "./matmul.ts";
import { benchMemory } from "./memory.ts";
import { benchTraining } from "./training.ts";

console.log(`node ${process.version}, one thread\n`);
await benchTraining();
await benchMatmul();
await benchImport();
await benchMemory();
