/** Nothing to free: a graph that has been used holds on to nothing. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("backward lets the graph go, though the loss is held; retainGraph keeps it; noGrad never made it", async () => {
  const cwd = fileURLToPath(new URL("memory", import.meta.url));
  const node = promisify(execFile);
  const { stdout } = await node(process.execPath, ["--expose-gc", "--import", "tsx", "graph.ts"], { cwd });
  expect(JSON.parse(stdout)).toEqual({
    exposed: true,
    waiting: [true, true],
    used: [false, false],
    kept: [true, true],
    unrecorded: [false, false],
    losses: [1, 1, 1, 1],
    gradient: [64, 64],
  });
});
