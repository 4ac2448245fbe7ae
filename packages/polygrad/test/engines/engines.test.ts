/** Same seed, same bits: one program trains in several JavaScript engines, and all reach the published weights. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleProgram, program } from "./bundle.ts";
import { printedInChromium } from "./chromium.ts";
import { nodeBinary, nodeVersions } from "./install.ts";
import type { Report } from "./program.ts";
import { small, whole } from "./published.ts";
import { isolated, mnistDirectory, type Server, serve, withoutWebAssembly } from "./server.ts";
import type { Run } from "./training.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

let directory: string;
let bundle: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "polygrad-engines-"));
  bundle = join(directory, "program.mjs");
  await promisify(execFile)(process.execPath, ["--import", "tsx", "build.ts"], { cwd: root });
  await bundleProgram(bundle);
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs a program with a given Node, and returns what it prints. */
async function run(file: string, args: readonly string[], kernels: "simd" | "plain" = "simd"): Promise<string> {
  // The program must not inherit the test runner's options.
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const env = { ...inherited, POLYGRAD_KERNELS: kernels };
  const { stdout } = await promisify(execFile)(file, args, { cwd: root, env });
  return stdout;
}

function reportOf(line: string): Report {
  const report: Report = JSON.parse(line);
  console.log(`${report.engine}, ${report.kernels}, ${report.memory}: ${report.seconds.toFixed(1)} s`);
  return report;
}

function addressOf({ address }: Server, { epochs, images, shards }: Run): string {
  return `${address}?epochs=${epochs}&images=${images}&shards=${shards}`;
}

describe("in Node", () => {
  let server: Server;

  beforeAll(async () => {
    server = await serve(bundle);
  });

  afterAll(() => server.close());

  const onThis = async (file: readonly string[], what: Run, kernels?: "simd" | "plain"): Promise<Report> =>
    reportOf(await run(process.execPath, [...file, addressOf(server, what)], kernels));

  test("the sources, in the Node that runs the tests", async () => {
    const report = await onThis(["--import", "tsx", program], whole.run);
    expect(report).toMatchObject({ ...whole.reached, kernels: "simd", memory: "SharedArrayBuffer" });
  });

  test("the built packages, in the Node that runs the tests", async () => {
    expect(await onThis([bundle], whole.run)).toMatchObject({ ...whole.reached, kernels: "simd" });
  });

  test("the small case with SIMD kernels", async () => {
    expect(await onThis([bundle], small.run)).toMatchObject({ ...small.reached, kernels: "simd" });
  });

  test("the small case with plain kernels", async () => {
    expect(await onThis([bundle], small.run, "plain")).toMatchObject({ ...small.reached, kernels: "plain" });
  });

  test.each(nodeVersions)("the built packages, in Node %s", async (version) => {
    const report = reportOf(await run(await nodeBinary(version), [bundle, addressOf(server, whole.run)]));
    expect(report.engine).toMatch(`Node v${version},`);
    expect(report).toMatchObject({ ...whole.reached, kernels: "simd", memory: "SharedArrayBuffer" });
  });

  test.each([1, 2, 3, 4])("`pnpm example mnist --workers %i`", async (workers) => {
    const out = join(directory, `workers-${workers}`);
    const { epochs, shards } = whole.run;
    const numbers = Object.entries({ epochs, shards, workers }).flatMap(([name, number]) => [`--${name}`, `${number}`]);
    const options = [...numbers, "--data", mnistDirectory, "--out", out, "--quiet"];
    await run(process.execPath, ["--import", "tsx", "examples/index.ts", "mnist", ...options]);
    expect(JSON.parse(await readFile(join(out, "summary.json"), "utf8"))).toMatchObject({ ...whole.reached, workers });
  });
});

test.each(["README.md", "docs/parallel.md"])("%s quotes the hash of the weights", async (page) => {
  expect(await readFile(join(root, page), "utf8")).toContain(whole.reached.weightsSha256);
});

describe("in Chromium", () => {
  async function inPage(what: Run, headers?: Readonly<Record<string, string>>): Promise<Report> {
    const server = await serve(bundle, headers);
    try {
      const report = reportOf(await printedInChromium(addressOf(server, what)));
      expect(report.engine).toContain("Chrome/");
      return report;
    } finally {
      server.close();
    }
  }

  test("a page that is isolated from other origins has shared memory", async () => {
    const report = await inPage(whole.run, isolated);
    expect(report).toMatchObject({ ...whole.reached, kernels: "simd", memory: "SharedArrayBuffer" });
  });

  test("a page that is not isolated has memory of its own", async () => {
    const report = await inPage(whole.run);
    expect(report).toMatchObject({ ...whole.reached, kernels: "simd", memory: "ArrayBuffer" });
  });

  test("a page that may not compile WebAssembly runs plain kernels (the small case)", async () => {
    expect(await inPage(small.run, withoutWebAssembly)).toMatchObject({ ...small.reached, kernels: "plain" });
  });
});
