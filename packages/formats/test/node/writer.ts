/** A process that writes files: again and again until it is killed, or on a disk that has little room. */
import { spawnSync } from "node:child_process";
import { full } from "@polygrad/tensor";
import { writeSafetensors } from "../../src/node/files.ts";

const [, , task, path] = process.argv;

if (task === "forever")
  for (let i = 1; ; i++) {
    await writeSafetensors(path, { x: full([2 ** 19], i), y: full([2 ** 19], -i) });
    process.send?.(i);
  }

if (task === "limited") {
  // A file of more than 64 KiB fails in the middle, as it does on a full disk.
  const { status } = spawnSync("prlimit", ["--pid", String(process.pid), "--fsize=65536"]);
  if (status !== 0) throw new Error("cannot run prlimit");
  const error: unknown = await writeSafetensors(path, { x: full([2 ** 20], 1) }).catch((error: unknown) => error);
  process.send?.(String(error));
}
