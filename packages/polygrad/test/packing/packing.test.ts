/** Checks what users install: builds and packs the packages, installs them in an empty project, and uses them. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { rolldown } from "rolldown";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Configuration, type Stats, webpack } from "webpack";
import { chromium, reportedIn } from "../engines/browser.ts";
import { small } from "../engines/published.ts";
import { isolated, serveFolder } from "../engines/server.ts";
import { importName, type PackageName, packageNames, packageOrder, sourceFiles } from "../reading-order.ts";
import { entries, sizesOf, tableOf } from "./sizes.ts";

const run = promisify(execFile);
/** A user's program that saves a model. */
const SAVES_MODEL = `import { writeFileSync } from "node:fs";
import { Polynomial } from "polygrad";
import { encodeModel } from "@polygrad/formats";
writeFileSync("model.safetensors", encodeModel(new Polynomial(3, 2, { degree: 2 })));`;

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const bin = (name: string): string => join(root, "node_modules", ".bin", name);

/** A temporary directory for the tarballs, with the user's project in `project`. */
let directory: string;
let project: string;

const tarball = (name: PackageName): string =>
  join(directory, `${name === "polygrad" ? "" : "polygrad-"}${name}-${version}.tgz`);
let version: string;

/** Runs a program in the project's directory, and returns what it prints. */
async function inProject(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  // The user's programs must not inherit the test runner's options.
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const { stdout } = await run(file, args, { cwd: project, env: { ...inherited, ...env } });
  return stdout;
}

const node = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string> =>
  inProject(process.execPath, args, env);

beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), "polygrad-packing-")));
  project = join(directory, "project");
  version = JSON.parse(await readFile(join(root, "packages/polygrad/package.json"), "utf8")).version;
  await pnpm(["build"]);
  const published = packageNames.flatMap((name) => ["--filter", importName(name)]);
  await pnpm([...published, "pack", "--pack-destination", directory]);

  await cp(new URL("project/", import.meta.url), project, { recursive: true });
  // The only dependencies, in the versions that the workspace uses.
  const others = await Promise.all([packed("parallel", "piscina"), packed("formats", "fflate")]);
  // Names resolve to the tarballs, so npm needs no registry; `--offline` and an empty cache make sure of that.
  const local = Object.fromEntries([
    ...packageNames.map((name) => [importName(name), `file:${tarball(name)}`]),
    ...others,
  ]);
  const overrides = Object.fromEntries(Object.keys(local).map((name) => [name, `$${name}`]));
  const manifest = { name: "project", private: true, type: "module", dependencies: local, overrides };
  await writeFile(join(project, "package.json"), JSON.stringify(manifest));
  const quiet = ["--offline", "--no-audit", "--no-fund", "--no-update-notifier", "--omit=optional"];
  await inProject("npm", ["install", ...quiet, "--cache", join(directory, "cache")]);
});

/** Packs a dependency of a package. Returns its name and the tarball. */
async function packed(user: PackageName, name: string): Promise<[name: string, tarball: string]> {
  const folder = await realpath(join(root, "packages", user, "node_modules", name));
  await run("npm", ["pack", folder, "--ignore-scripts", "--pack-destination", directory]);
  const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return [name, `file:${join(directory, `${name}-${version}.tgz`)}`];
}

afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs pnpm: the one that runs these tests, or else the one that npx finds. */
function pnpm(args: readonly string[]): Promise<unknown> {
  const own = process.env.npm_execpath ?? "";
  const command = /pnpm[^/\\]*$/.test(own) ? [process.execPath, own] : ["npx", "-y", "pnpm@10"];
  const [file, ...rest] = [...command, ...args];
  return run(file, rest, { cwd: root });
}

const installed = (name: PackageName): string => join(project, "node_modules", importName(name));

async function filesOf(name: PackageName): Promise<string[]> {
  const files = await readdir(installed(name), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => relative(installed(name), join(file.parentPath, file.name)).replaceAll("\\", "/"));
}

describe.each(packageNames)("the tarball of %s", (name) => {
  test("has a README, the licence, the sources with their declarations, and one file of code for each entry", async () => {
    const modules = sourceFiles(name).map((file) => file.replace(/\.ts$/, ""));
    const among = (names: readonly string[]) => modules.filter((file) => names.includes(file));
    const entries = among(["index", "internal", "node", "node/thread", "child"]);
    // Code that two entries share is in a file of its own. Those for browsers share none.
    const shared = entries.length > 1 && name !== "polygrad" ? ["shared"] : [];
    // The formats have one for each folder, so that bundlers drop those that a program does not use.
    const folders = new Set(
      modules.filter((file) => /^(?!node|command).*\//.test(file)).map((file) => file.split("/")[0]),
    );
    const formats = name === "formats" ? folders : [];
    const files = [...entries, ...among(["bin", "browser", "browser/isolation"]), ...shared, ...formats];
    const code = files.map((file) => `dist/${posix.basename(file)}.js`);
    const declarations = modules.flatMap((file) => [`dist/${file}.d.ts`, `dist/${file}.d.ts.map`]);
    const src = modules.map((file) => `src/${file}.ts`);
    const installedFiles = await filesOf(name);
    const maps = installedFiles.filter((file) => file.endsWith(".js.map"));
    const wanted = ["LICENSE", "README.md", "package.json", ...code, ...declarations, ...src];
    expect(installedFiles.filter((file) => !maps.includes(file)).sort()).toEqual(wanted.sort());
    // A file that only re-exports has no source map.
    for (const file of code) {
      const text = await readFile(join(installed(name), file), "utf8");
      const passesOn = /^(?:(?:import|export)[^;]*;\s*)*$/.test(text.replace(/^\/\/.*$/gm, ""));
      expect(maps.includes(`${file}.map`), `${file}.map`).toBe(!passesOn);
    }
  });

  test("depends only on the packages before it, in the same version; on a pool for threads, and on a decompressor", async () => {
    const manifest = JSON.parse(await readFile(join(installed(name), "package.json"), "utf8"));
    const wanted = Object.fromEntries(packageOrder[name].map((other) => [importName(other), version]));
    const exact = expect.stringMatching(/^\d+\.\d+\.\d+$/);
    const foreign = name === "parallel" ? { piscina: exact } : name === "formats" ? { fflate: exact } : {};
    expect(manifest.dependencies ?? {}).toEqual({ ...wanted, ...foreign });
    // Who sweeps over many machines installs these two. Nobody else needs them, and npm installs neither unasked.
    const peers = name === "sweep" ? ["bullmq", "ioredis"] : [];
    expect(Object.keys(manifest.peerDependencies ?? {})).toEqual(peers);
    const optional = Object.fromEntries(peers.map((peer) => [peer, { optional: true }]));
    expect(manifest.peerDependenciesMeta ?? {}).toEqual(optional);
    expect(manifest.bin).toEqual(name === "formats" ? { "polygrad-formats": "./dist/bin.js" } : undefined);
    for (const field of ["optionalDependencies", "bundledDependencies", "scripts", "gypfile"])
      expect(manifest, field).not.toHaveProperty(field);
  });

  test("keeps bundlers from dropping a module that is imported for its side effects", async () => {
    const { sideEffects } = JSON.parse(await readFile(join(installed(name), "package.json"), "utf8"));
    const files = (await filesOf(name)).filter((file) => file.endsWith(".js"));
    for (const file of files) {
      const text = await readFile(join(installed(name), file), "utf8");
      for (const [, imported] of text.matchAll(/^import "\.\/([^"]+)";/gm)) {
        expect(sideEffects, `${file} imports ${imported}`).toContain(`./dist/${imported}`);
        expect(sideEffects, `${file}, which imports ${imported}`).toContain(`./${file}`);
      }
    }
  });

  test("satisfies publint", async () => {
    const bytes = await readFile(tarball(name));
    const pack = { tarball: new Uint8Array(bytes).buffer };
    const { messages, pkg } = await publint({ pack, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("satisfies Are The Types Wrong, for ECMAScript modules", async () => {
    const { stdout } = await run(bin("attw"), [tarball(name), "--profile", "esm-only", "--no-color", "--no-emoji"]);
    expect(stdout).toContain(importName(name));
  });
});

describe("in an empty project with plain node", () => {
  test("each package can be imported, and a layer learns", async () => {
    for (const weights of JSON.parse(await node(["train.mjs"]))) {
      const [[[constant, linear, quadratic]]] = weights;
      expect(constant).toBeCloseTo(0, 5);
      expect(linear).toBeCloseTo(-1, 5);
      expect(quadratic).toBeCloseTo(1, 5);
    }
  });

  test("with a recipe in JavaScript, two threads reach the same weights as one", async () => {
    const trained = (...args: readonly string[]) => node(["parallel.mjs", ...args]);
    const [two, one] = [await trained("2"), await trained("1")];
    expect(two).toMatch(
      /^epoch 3: loss 0\.0\d+\n\[\[\[.*\]\]\]\nWorkerError: worker [12] of 2 failed in step 1: boom\n$/,
    );
    expect(one).toBe(two.replace(/worker . of 2/, "worker 1 of 1"));
  });

  test("each package can be imported alone", async () => {
    const alone = packageNames.map((name) => node(["--input-type=module", "-e", `import "${importName(name)}"`]));
    expect(await Promise.all(alone)).toEqual(packageNames.map(() => ""));
  });

  test("runs on many machines say which packages they need, where these are not installed", async () => {
    const program = `import { bullmq } from "@polygrad/sweep";
      const engine = bullmq({ connection: "redis://:secret@127.0.0.1:1" });
      await engine.open({}).catch((error) => console.log(error.message));`;
    expect(await node(["--input-type=module", "-e", program])).toBe(
      "bullmq: runs on many machines need two more packages: npm install bullmq ioredis\n",
    );
  });

  test("importing polygrad loads no module outside the packages, not even one of Node", async () => {
    const loaded = await trace('import "polygrad"');
    expect(loaded.length).toBeGreaterThanOrEqual(packageNames.length);
    expect(loaded.filter((address) => !isOurs(address))).toEqual([]);
  });

  test("importing polygrad/node adds only modules of Node", async () => {
    const loaded = (await trace('import "polygrad/node"')).filter((address) => !isOurs(address));
    expect(loaded).not.toEqual([]);
    expect(loaded.filter((address) => !address.startsWith("node:"))).toEqual([]);
  });

  test("importing polygrad is quick", async () => {
    const program = 'const t = performance.now(); await import("polygrad"); console.log(performance.now() - t)';
    const times: number[] = [];
    for (let i = 0; i < 5; i++) times.push(Number(await node(["--input-type=module", "-e", program])));
    const [, , median] = times.sort((a, b) => a - b);
    console.log(`importing polygrad takes ${median.toFixed(0)} ms (median of 5)`);
    // Benchmarks measure the exact time; this limit is wide enough for any machine.
    expect(median).toBeLessThan(500);
  });

  test.each(["train.mjs", "small.mjs"])("%s does the same when bundled for browsers", async (program) => {
    const file = join(project, `bundled-${program}`);
    const bundle = await rolldown({ cwd: project, input: program, platform: "browser" });
    await bundle.write({ file });
    await bundle.close();
    expect(await node([file])).toBe(await node([program]));
  });

  /** The addresses of all modules that a one-line program imports. */
  async function trace(program: string): Promise<string[]> {
    const report = join(await mkdtemp(join(directory, "trace-")), "modules");
    await writeFile(join(project, "program.mjs"), program);
    await node(["--import", "./trace.mjs", "program.mjs"], { TRACE: report });
    const addresses = (await readFile(report, "utf8")).trim().split("\n");
    const start = pathToFileURL(join(project, "program.mjs")).href;
    expect(addresses).toContain(start);
    return addresses.filter((address) => address !== start);
  }

  function isOurs(address: string): boolean {
    return packageNames.some((name) => address.startsWith(`${pathToFileURL(join(installed(name), "dist")).href}/`));
  }
});

test("npx runs the command of the formats, without a network", async () => {
  const npx = (...args: readonly string[]) => inProject("npx", ["--offline", "@polygrad/formats", ...args]);
  await node(["--input-type=module", "-e", SAVES_MODEL]);
  expect(await npx("inspect", "model.safetensors")).toContain('  Polynomial(3, 2, { degree: 2, basis: "monomial"');
  expect(await npx("convert", "model.safetensors", "model.mjs.ts")).toMatch(/^model.mjs.ts: [\d,]+ bytes, SHA-256 /);
  expect(await npx("--help")).toContain("npx @polygrad/formats inspect FILE");
  await expect(npx("inspect", "package.json")).rejects.toMatchObject({ code: 1 });
});

describe("a user's page, in Chromium", () => {
  const page = (): string => join(project, "browser");
  const trained = (workers: number, shared: boolean) => ({
    ...{ workers, shared, accuracy: small.reached.testAccuracy, weightsSha256: small.reached.weightsSha256 },
  });

  /** What the page reports that a bundler has written to a folder. */
  async function reports(folder: string, query: string, headers = {}): Promise<unknown> {
    const server = await serveFolder(folder, headers);
    try {
      return JSON.parse(await reportedIn(chromium, server, query));
    } finally {
      server.close();
    }
  }

  test("made by Vite, isolates itself on a host without headers, and reaches the published weights", async () => {
    await cp(join(installed("parallel"), "dist/isolation.js"), join(page(), "public/isolation.js"));
    const folder = join(directory, "vite");
    await vite({ root: page(), logLevel: "warn", configFile: false, base: "./", build: { outDir: folder } });
    expect(await reports(folder, "?workers=1,2")).toEqual([trained(1, true), trained(2, true)]);
  });

  test("made by webpack, reaches the published weights where the host isolates it", async () => {
    const folder = join(directory, "webpack");
    // Vite's page shows that a minifier does no harm; webpack's own takes long.
    const plain = { optimization: { minimize: false }, performance: { hints: false } } as const;
    await pack({ context: page(), entry: "./main.js", mode: "production", ...plain, output: { path: folder } });
    await cp(join(page(), "index.html"), join(folder, "index.html"));
    await cp(join(installed("parallel"), "dist/isolation.js"), join(folder, "isolation.js"));
    expect(await reports(folder, "?workers=1,2", isolated)).toEqual([trained(1, true), trained(2, true)]);
  });

  /** Runs webpack. @throws Error with its errors and warnings */
  async function pack(configuration: Configuration): Promise<void> {
    const stats = await new Promise<Stats | undefined>((resolve, reject) => {
      webpack(configuration, (error, result) => (error ? reject(error) : resolve(result)));
    });
    const { errors = [], warnings = [] } = stats?.toJson({ errors: true, warnings: true }) ?? {};
    expect([...errors, ...warnings].map(({ message }) => message)).toEqual([]);
  }
});

test("each program keeps to its budget of bytes, and no budget has more than 1 kB to spare", async () => {
  const watched = await entries(join(root, "README.md"));
  const rows = await Promise.all(watched.map(async (entry) => [entry, await sizesOf(entry, project)] as const));
  console.log(tableOf(rows));
  for (const [{ name, budget }, { esbuild, rolldown }] of rows) {
    const most = Math.max(esbuild.gzipped, rolldown.gzipped);
    expect.soft(most, name).toBeLessThanOrEqual(budget);
    expect.soft(most, name).toBeGreaterThan(budget - 1000);
  }
});

describe("a user's TypeScript", () => {
  test.each([
    ["NodeNext", "NodeNext"],
    ["ESNext", "Bundler"],
  ])("compiles against the declarations with module %s and resolution %s", async (module, moduleResolution) => {
    const compilerOptions = {
      target: "ES2022",
      module,
      moduleResolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      types: [],
    };
    const forNode = { ...compilerOptions, types: ["node"], typeRoots: [join(root, "node_modules/@types")] };
    const config = join(project, `tsconfig.${module}.json`);
    await writeFile(config, JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
    const output = await inProject(bin("tsc"), ["-p", config]).catch(({ stdout }) => stdout);
    expect(output).toBe("");

    // Code for Node's threads needs Node's types. The pool's own declarations are not checked.
    const threads = { compilerOptions: { ...forNode, skipLibCheck: true }, files: ["consumer-parallel.ts"] };
    await writeFile(config, JSON.stringify(threads));
    expect(await inProject(bin("tsc"), ["-p", config]).catch(({ stdout }) => stdout)).toBe("");
  });
});
