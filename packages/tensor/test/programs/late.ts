/** A thread that receives a memory, which grows on the way, and then reads a table of bytes beyond its first end. */
import { parentPort } from "node:worker_threads";
import { ByteRows } from "../../src/index.ts";
import { type LentMemory, useLentMemory } from "../../src/internal.ts";

let lent: LentMemory | undefined;

parentPort?.on("message", (message: { lent: LentMemory } | { rows: number; rowLength: number; address: number }) => {
  if ("lent" in message) {
    lent = message.lent;
    return;
  }
  if (lent !== undefined) useLentMemory(lent);
  const { bytes } = new ByteRows(message.rows, message.rowLength, 255, message.address);
  parentPort?.postMessage([bytes[0], bytes.at(-1)]);
});
parentPort?.postMessage("ready");
