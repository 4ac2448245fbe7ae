/** Notes which sites a test file reaches. Runs before each test file; see reach.ts. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach } from "vitest";

const directory = process.env.POLYGRAD_REACH ?? ".";
const reached = new Set<number>();
let file = "";
Reflect.set(globalThis, "__reach", (site: number) => reached.add(site));

beforeEach(({ task }) => {
  file = task.file.filepath;
});

afterAll(() => {
  const name = createHash("sha1").update(file).digest("hex");
  writeFileSync(join(directory, `${name}.json`), JSON.stringify({ file, sites: [...reached] }));
});
