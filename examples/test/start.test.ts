/** Starting an example: from a bundle that is kept, as long as it is what the sources say. */
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { example, type Outcome, tinyImages } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

const root = fileURLToPath(new URL("../../", import.meta.url));
const data = await tinyImages();
const temporary = await mkdtemp(join(tmpdir(), "polygrad start "));
let copies = 0;
/** A copy of the repository, as it is after `pnpm install`. */
let copy: string;

beforeEach(async () => {
  copy = join(temporary, `${copies++}`);
  const filter = (path: string) => !/[\\/](dist|test|bench)$/.test(path);
  for (const folder of ["examples", "packages"])
    await cp(join(root, folder), join(copy, folder), { recursive: true, verbatimSymlinks: true, filter });
  for (const file of ["package.json", "pnpm-lock.yaml"]) await cp(join(root, file), join(copy, file));
  await mkdir(join(copy, "node_modules"));
  for (const name of [".pnpm", "rolldown", "tsx"])
    await symlink(join(root, "node_modules", name), join(copy, "node_modules", name));
});

afterAll(async () => {
  for (const folder of [temporary, data]) await rm(folder, { recursive: true });
});

const inCopy = (path: string): string => join(copy, path);
const cache = (): string => inCopy("node_modules/.cache/examples");

/** The folders of the bundles that are kept. */
async function bundles(): Promise<string[]> {
  return (await readdir(cache())).filter((name) => name.startsWith("bundle-"));
}

/** Runs an example of the copy. */
function start(...args: readonly string[]): Promise<Outcome> {
  return example(args, { command: [process.execPath, "--enable-source-maps", inCopy("examples/start.mjs")] });
}

async function printed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await start(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(inCopy(file), "utf8");
  expect(text).toContain(from);
  await writeFile(inCopy(file), text.replace(from, to));
}

const list = /^Examples:\n {2}pnpm example article /;
const tour = ["1. A tensor is an array", "1. A TENSOR IS AN ARRAY"] as const;
const training = ["mnist", "--data", data, "--epochs", "1"];

test("a second start builds nothing; an edit of an example or of a package is seen at the next", async () => {
  expect(await printed()).toMatch(list);
  const [first] = await bundles();
  expect(await printed("tour")).toContain(tour[0]);
  expect(await bundles()).toEqual([first]);

  // The edited files are as long as before.
  await edit("examples/tour.ts", ...tour);
  expect(await printed("tour")).toContain(tour[1]);
  await edit("packages/nn/src/summary.ts", '"parameters"]', '"PARAMETERS"]');
  expect(await printed(...training)).toContain("PARAMETERS");
  // Threads load this one.
  await edit("packages/parallel/src/worker.ts", "control.losses[0] += loss;", "control.losses[0] = 96e6;");
  expect(await printed(...training)).toContain("train loss 1000000.0000");
  expect(await bundles()).toHaveLength(4);
});

test("a bundle that is damaged, or was made in another place, is made again", async () => {
  const record = join(cache(), "current.json");
  const current = async () => join(copy, dirname(JSON.parse(await readFile(record, "utf8")).entry));
  await printed();
  const damages = [
    async () => truncate(join(await current(), "shared.mjs"), 1000),
    async () => rm(join(await current(), "tour.mjs")),
    () => truncate(record, 100),
    () => writeFile(record, "{}"),
  ];
  for (const [k, damage] of damages.entries()) {
    await damage();
    expect(await printed("tour")).toContain(tour[0]);
    expect(await bundles()).toHaveLength(k + 2);
  }
  const old = copy;
  copy = `${old} copied`;
  await cp(old, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  await writeFile(join(old, "examples/tour.ts"), "");
  expect(await printed("tour")).toContain(tour[0]);
});

describe("where no bundle can be made, an example runs from its sources:", () => {
  test("the cache cannot be written to", async () => {
    // Also for root, who may write to a folder that is read-only.
    await writeFile(inCopy("node_modules/.cache"), "");
    expect(await printed(...training)).toContain("test accuracy");
    expect((await stat(inCopy("node_modules/.cache"))).isFile()).toBe(true);
  });

  test("there is no bundler", async () => {
    await rename(inCopy("node_modules/rolldown"), inCopy("node_modules/gone"));
    expect(await printed("tour")).toContain(tour[0]);
  });
});

describe("an error names the line of the source:", () => {
  const fault = "Reflect.get(undefined, 0);";
  const place = async (file: string) => {
    const lines = (await readFile(inCopy(file), "utf8")).split("\n");
    return `${inCopy(file)}:${lines.findIndex((line) => line.includes(fault)) + 1}:`;
  };

  test("a fault of an example", async () => {
    await edit("examples/tour.ts", "console.log(", `\n${fault}\nconsole.log(`);
    const { code, stderr } = await start("tour");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^tour: TypeError: /);
    expect(stderr).toContain(await place("examples/tour.ts"));
  });

  test("a fault on a thread", async () => {
    await edit("examples/mnist/recipe.ts", "=> crossEntropy(", `=> {\n${fault}\nreturn crossEntropy(`);
    await edit("examples/mnist/recipe.ts", "labels),\n", "labels)},\n");
    const { code, stderr } = await start(...training);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^mnist: worker . of . failed in step 1: /);
    expect(stderr).toContain(await place("examples/mnist/recipe.ts"));
  });

  test("a mistake in the syntax", async () => {
    await edit("examples/tour.ts", "console.log(", "\nconsole.log((");
    const { code, stderr } = await start("tour");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(inCopy("examples/tour.ts")) });
    expect(await bundles()).toEqual([]);
  });
});

test("starts at the same time make whole bundles", async () => {
  const outputs = await Promise.all([1, 2, 3].map(() => printed("tour")));
  for (const output of outputs) expect(output).toContain(tour[0]);
  const before = await bundles();
  await printed("tour");
  expect(await bundles()).toEqual(before);
});

test("making a bundle removes those that are older than a day", async () => {
  await printed();
  const [old] = await bundles();
  const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
  await utimes(join(cache(), old), twoDaysAgo, twoDaysAgo);
  await edit("examples/tour.ts", ...tour);
  await printed();
  expect(await bundles()).toHaveLength(1);
  expect(await bundles()).not.toContain(old);
});
