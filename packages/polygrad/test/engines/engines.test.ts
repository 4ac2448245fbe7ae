/** Same seed, same bits: one program trains in Node, Deno and Bun, and all reach the published weights. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { program } from "./bundle.ts";
import { addressOf, reportOf, root, run } from "./commands.ts";
import { commandLines, rows } from "./engines.ts";
import { small, whole } from "./published.ts";
import { mnistDirectory, type Server, serve } from "./server.ts";

const bundle = inject("bundle");
const sources = [process.execPath, "--import", "tsx"];

let server: Server;
let directory: string;

beforeAll(async () => {
  server = await serve(bundle);
  directory = await mkdtemp(join(tmpdir(), "polygrad-engines-"));
});

afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true, force: true });
});

/** Runs `mnist` of the examples, which are TypeScript files, and returns its summary. */
async function example(command: readonly string[], workers: number): Promise<unknown> {
  const out = await mkdtemp(join(directory, "out-"));
  const { epochs, shards } = whole.run;
  const numbers = Object.entries({ epochs, shards, workers }).flatMap(([name, number]) => [`--${name}`, `${number}`]);
  const options = [...numbers, "--data", mnistDirectory, "--out", out, "--quiet"];
  await run([...command, "examples/index.ts", "mnist", ...options]);
  return JSON.parse(await readFile(join(out, "summary.json"), "utf8"));
}

describe("in the Node that runs the tests", () => {
  test("the sources", async () => {
    const report = reportOf(await run([...sources, program, addressOf(server, whole.run)]));
    expect(report).toMatchObject({ ...whole.reached, kernels: "simd", memory: "SharedArrayBuffer" });
  });

  test.each([1, 2, 3, 4])("`pnpm example mnist --workers %i`", async (workers) => {
    expect(await example(sources, workers)).toMatchObject({ ...whole.reached, workers });
  });
});

describe.each(commandLines)("in $name", ({ name, processor, command, loader, plain }) => {
  const engine = `${name}, ${processor}`;

  test("the built packages", async () => {
    const report = reportOf(await run([...command(), bundle, addressOf(server, whole.run)]));
    expect(report).toMatchObject({ ...whole.reached, engine, kernels: "simd", memory: "SharedArrayBuffer" });
  });

  test("the example, with three worker threads", async () => {
    expect(await example([...command(), ...loader], 3)).toMatchObject({ ...whole.reached, engine: name, workers: 3 });
  });

  for (const kernels of plain ? (["simd", "plain"] as const) : [])
    test(`the small case with ${kernels} kernels`, async () => {
      const report = reportOf(await run([...command(), bundle, addressOf(server, small.run)], kernels));
      expect(report).toMatchObject({ ...small.reached, engine, kernels });
    });
});

describe("the documentation", () => {
  test.each(["README.md", "docs/parallel.md"])("%s quotes the hash of the weights", async (page) => {
    expect(await readFile(join(root, page), "utf8")).toContain(whole.reached.weightsSha256);
  });

  test("README.md has a table of these engines", async () => {
    const lines = (await readFile(join(root, "README.md"), "utf8")).split("\n");
    expect(lines.filter((line) => /^\| (V8|SpiderMonkey|JavaScriptCore) /.test(line))).toEqual(rows);
  });
});
