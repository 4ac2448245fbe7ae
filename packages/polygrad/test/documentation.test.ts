/** Checks the documentation: its programs compile and run, its quotations match the sources, and its links work. */
import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));

const pages = [".", "docs", "examples", ...readdirSync(join(root, "packages")).map((name) => `packages/${name}`)]
  .filter((directory) => existsSync(join(root, directory)))
  .flatMap((directory) => readdirSync(join(root, directory)).map((name) => normalize(join(directory, name))))
  .filter((path) => path.endsWith(".md"))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

/** Whether a package has its own test that runs the programs of its README and checks what they print. */
function runsElsewhere(path: string): boolean {
  return /^packages.[^/\\]+.README\.md$/.test(path) && existsSync(join(root, dirname(path), "test/readme.test.ts"));
}

/**
 * A block of code that begins with "```ts"; a block "```ts no-run" is only compiled. If a block "```text" comes next,
 * it is what the program prints. A block "```ts name.ts" is a file of that name, which other programs of the page use.
 */
interface Program {
  /** The page and line that it begins on. */
  readonly title: string;
  readonly file: string;
  readonly code: string;
  readonly runs: boolean;
  readonly output: string | undefined;
}

const programs: readonly Program[] = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/^```ts( no-run| [\w-]+\.ts)?\n([\s\S]*?)^```\n(?:\n*```text\n([\s\S]*?)^```\n)?/gm)].map(
    ({ index, 1: how, 2: code, 3: output }) => {
      const line = text.slice(0, index).split("\n").length;
      const own = `${path.replace(/\.md$/, "").replace(/\W+/g, "-")}-${line}.ts`;
      const file = how?.endsWith(".ts") ? how.trim() : own;
      return { title: `${path}:${line}`, file, code, output, runs: how === undefined && !runsElsewhere(path) };
    },
  ),
);

describe("programs", () => {
  // Inside the workspace, so that imports resolve as they do in the workspace's own programs.
  let directory: string;

  beforeAll(() => {
    mkdirSync(join(root, "out"), { recursive: true });
    directory = mkdtempSync(join(root, "out", "documentation-"));
    // Where programs run, and write files. MNIST is installed in `examples`; PyTorch made two files.
    mkdirSync(join(directory, "cwd"));
    symlinkSync(join(root, "examples/node_modules"), join(directory, "cwd/node_modules"));
    const figures = join(root, "packages/formats/test/torch/figures");
    copyFileSync(join(figures, "modules.pt"), join(directory, "cwd/networks.pt"));
    copyFileSync(join(figures, "zip.pt"), join(directory, "cwd/checkpoint.pt"));
    for (const { file, code } of programs) writeFileSync(join(directory, file), code);
    const compilerOptions = { composite: false, moduleDetection: "force", noUnusedLocals: false };
    const config = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"], references: [] };
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config));
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("have different file names", () => {
    expect(new Set(programs.map(({ file }) => file)).size).toBe(programs.length);
  });

  test.runIf(programs.length > 0)("compile", async () => {
    const tsc = join(root, "node_modules/.bin/tsc");
    const { stdout } = await run(tsc, ["-p", directory]).catch((failure: { stdout: string }) => failure);
    expect(stdout).toBe("");
  });

  const running = programs.filter(({ runs }) => runs).map(({ title, ...rest }) => [title, rest] as const);
  test.concurrent.for(running)("%s runs, and prints what the page says", async ([, { file, output }], { expect }) => {
    // Anything that is downloaded must not go to the user's cache.
    const options = { cwd: join(directory, "cwd"), env: { ...process.env, XDG_CACHE_HOME: join(directory, "cache") } };
    const { stdout } = await run(process.execPath, ["--import", "tsx", join(directory, file)], options);
    if (output !== undefined) expect(stdout).toBe(output);
  });
});

describe("links", () => {
  const links = pages.flatMap(({ path, text }) => linksOf(text).map((link) => ({ path, link })));
  const own = links.filter(({ link }) => !/^[a-z]+:/.test(link));

  test("lead to files and headings that exist", () => {
    const broken = own.filter(({ path, link }) => {
      const [target, heading] = link.split("#");
      const file = target === "" ? path : normalize(join(dirname(path), decodeURI(target)));
      if (!existsSync(join(root, file))) return true;
      return heading !== undefined && !headingsOf(readFileSync(join(root, file), "utf8")).includes(heading);
    });
    expect(broken.map(({ path, link }) => `${path}: ${link}`)).toEqual([]);
  });

  test("are found in all forms; headings get the anchors that GitHub gives them", () => {
    const text =
      "# A `b` c, d!\n[x](y.md#z) ![i](j.png)\n```\n# no\n[no](no.md)\n```\n`[no](no)`\n[r]: s.md\n# A b c d\n";
    expect(linksOf(text)).toEqual(["y.md#z", "j.png", "s.md"]);
    expect(headingsOf(text)).toEqual(["a-b-c-d", "a-b-c-d-1"]);
  });
});

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ""));
}

function linksOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)[^)]*\)|^\[[^\]]+\]: (\S+)/gm)].map(([, a, b]) => a ?? b);
}

/** The anchors of a page's headings. */
function headingsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutCode(text).matchAll(/^#{1,6} (.*)$/gm)].map(([, title]) => {
    const slug = title
      .trim()
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

describe("quotations", () => {
  const quoted = pages.flatMap(({ path, text }) => quotationsOf(text).map((quotation) => ({ path, ...quotation })));

  test("are in the files that they name, line for line", () => {
    const wrong = quoted.filter(({ file, code }) => !existsSync(join(root, file)) || !holds(file, code));
    expect(wrong.map(({ path, file, code }) => `${path}: ${file}:\n${code}`)).toEqual([]);
    expect(quoted.length).toBeGreaterThan(0);
  });

  test("are found in any language, and not confused with programs", () => {
    const block = (info: string) => `\`\`\`${info}\na\n  b\n\`\`\`\n`;
    const page = ["ts", "ts no-run", "ts own.ts", "text", "ts a/b.ts", "typescript c.ts", "json d"]
      .map(block)
      .join("\n");
    expect(quotationsOf(page)).toEqual(["a/b.ts", "c.ts", "d"].map((file) => ({ file, code: "a\n  b\n" })));
  });

  test("are whole, consecutive lines", () => {
    const own = "packages/polygrad/test/documentation.test.ts";
    const text = readFileSync(join(root, own), "utf8");
    const [first, second, third] = text.split("\n");
    expect(holds(own, `${first}\n${second}\n`)).toBe(true);
    expect(holds(own, `${first}\n${third}\n`)).toBe(false);
    expect(holds(own, `${second.slice(1)}\n`)).toBe(false);
    expect(holds(own, `${second.slice(0, -1)}\n`)).toBe(false);
  });
});

/** The blocks of a page whose info string names a file in the repository: "```typescript packages/autograd/src/walk.ts". */
function quotationsOf(text: string): { readonly file: string; readonly code: string }[] {
  return [...text.matchAll(/^```(\w+) (\S+)\n([\s\S]*?)^```$/gm)]
    .filter(([, language, name]) => language !== "ts" || !/^(no-run|[\w-]+\.ts)$/.test(name))
    .map(([, , file, code]) => ({ file, code }));
}

/** Whether a file contains these lines, one after the other. */
function holds(file: string, code: string): boolean {
  return `\n${readFileSync(join(root, file), "utf8")}`.includes(`\n${code}`);
}

test("docs/tour.md contains examples/tour.ts, and the README links to it", () => {
  const tour = readFileSync(join(root, "examples/tour.ts"), "utf8");
  expect(readFileSync(join(root, "docs/tour.md"), "utf8")).toContain(`\`\`\`ts\n${tour}\`\`\`\n\n\`\`\`text\n`);
  expect(linksOf(readFileSync(join(root, "README.md"), "utf8"))).toContain("docs/tour.md");
});

test("no page contains a placeholder", () => {
  // Comments that begin with "begin" and "end" mark tables that a command has written.
  const open = pages
    .filter(({ text }) => /^[A-Z]+-[A-Z]+$|<!--(?! (?:begin|end) )/m.test(text))
    .map(({ path }) => path);
  expect(open).toEqual([]);
});
