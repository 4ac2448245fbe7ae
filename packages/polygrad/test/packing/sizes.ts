/** How large programs are that a user's bundler has made of the packages, and how large they may be. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { rolldown } from "rolldown";

/** A program, the budget that it must keep to, and the modules that are not part of it. */
export interface Entry {
  readonly name: string;
  readonly code: string;
  /** In bytes, minified and gzipped, whichever of the bundlers is used. */
  readonly budget: number;
  readonly platform?: "browser" | "node";
  readonly external?: readonly string[];
}

/** The sizes of a program in bytes, minified, and also gzipped, by bundler. */
export interface Sizes {
  readonly esbuild: Size;
  readonly rolldown: Size;
}

interface Size {
  readonly minified: number;
  readonly gzipped: number;
}

/** The programs whose size is watched. See docs/decisions.md: features add entries, not weight. */
export async function entries(readme: string): Promise<readonly Entry[]> {
  return [
    {
      name: "the README's program, less the download",
      code: firstProgram(await readFile(readme, "utf8")),
      external: ["polygrad/node"],
      budget: 64_400,
    },
    { name: "all of polygrad", code: 'export * from "polygrad";', budget: 95_600 },
    {
      name: "tensors only",
      code: 'import { tensor } from "polygrad"; console.log(tensor([1, 2]).exp().sum().item());',
      budget: 40_400,
    },
    {
      name: "tensors and gradients",
      code: 'import { grad } from "polygrad"; console.log(grad((x) => x.mul(x).sum())([1, 2]));',
      budget: 51_500,
    },
    {
      name: "polygrad/node, less polygrad",
      code: 'export * from "polygrad/node";',
      platform: "node",
      external: ["@polygrad/tensor", "@polygrad/autograd", "@polygrad/nn"],
      budget: 12_500,
    },
    formats("all", "*", 66_600),
    formats("safetensors only", "{ parseSafetensors, encodeSafetensors }", 5_400),
    formats("PyTorch only", "{ readTorch }", 13_000),
    formats("ONNX, out only", "{ toOnnx }", 13_600),
    formats("C only", "{ toSource }", 13_600),
    {
      name: "@polygrad/parallel, less polygrad and the pool",
      code: 'export * from "@polygrad/parallel";',
      platform: "node",
      external: ["@polygrad/tensor", "@polygrad/autograd", "@polygrad/nn", "@polygrad/data", "piscina"],
      budget: 17_600,
    },
    {
      name: "@polygrad/parallel in a browser, less polygrad",
      code: 'export * from "@polygrad/parallel";',
      external: ["@polygrad/tensor", "@polygrad/autograd", "@polygrad/nn", "@polygrad/data"],
      budget: 13_200,
    },
  ];
}

/** A program that uses a part of @polygrad/formats. */
function formats(part: string, names: string, budget: number): Entry {
  const external = ["@polygrad/tensor", "@polygrad/autograd", "@polygrad/nn", "@polygrad/data"];
  return { name: `@polygrad/formats, ${part}`, code: `export ${names} from "@polygrad/formats";`, external, budget };
}

/** The first program of a page that imports from `polygrad`. */
function firstProgram(page: string): string {
  const programs = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  const program = programs.find((code) => code.includes('from "polygrad"'));
  if (program === undefined) throw new Error("the README has no program that imports from polygrad");
  return program;
}

/** Bundles a program in a project that has the packages installed. */
export async function sizesOf(
  { name, code, platform = "browser", external = [] }: Entry,
  project: string,
): Promise<Sizes> {
  const input = join(project, `${name.replace(/\W+/g, "-")}.mjs`);
  await writeFile(input, code);
  const inner = external.map((module) => `${module}/*`);
  const { outputFiles } = await build({
    entryPoints: [input],
    bundle: true,
    minify: true,
    format: "esm",
    platform,
    external: [...external, ...inner],
    write: false,
  });
  const outside = external.map((module) => new RegExp(`^${module}(/|$)`));
  const bundle = await rolldown({ input, platform, external: [/^node:/, ...outside] });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  if (outputFiles.length !== 1 || output.length !== 1) throw new Error(`${name}: a bundle has more than one file`);
  return { esbuild: sizeOf(outputFiles[0].contents), rolldown: sizeOf(Buffer.from(output[0].code)) };
}

function sizeOf(code: Uint8Array): Size {
  return { minified: code.length, gzipped: gzipSync(code, { level: 9 }).length };
}

/** The sizes as a table in Markdown, in kilobytes of 1000 bytes. */
export function tableOf(rows: readonly (readonly [Entry, Sizes])[]): string {
  const kilo = (bytes: number) => (bytes / 1000).toFixed(1);
  const lines = rows.map(([{ name, budget }, { esbuild, rolldown }]) =>
    [name, kilo(esbuild.minified), kilo(esbuild.gzipped), kilo(rolldown.gzipped), kilo(budget)].join(" | "),
  );
  const head = ["kB", "minified", "gzip, esbuild", "gzip, rolldown", "budget"].join(" | ");
  return [head, "---|---:|---:|---:|---:", ...lines].join("\n");
}
