/**
 * `pnpm site:build`: writes the site to site/dist, as files that any host can serve.
 *
 * The parts do not depend on each other, and each is built in a process of its own: `tsx site/build.ts book` builds one.
 * `SITE_BASE` is the path under which the docs are served, "/" by default; the other parts work under any path. With
 * `VITE_IMAGES=all`, the playground has all 60,000 digits, which take 6 MB, and not only 10,000.
 */
import { spawn } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Each part, which writes to a folder of `out`. */
const parts: Readonly<Record<string, () => Promise<void>>> = {
  async docs() {
    const { buildDocs } = await import("./docs/build.ts");
    await buildDocs(path("out/pages"), path("docs"), path("out/docs"));
  },
  async book() {
    const { buildBook } = await import("./book/build.ts");
    await buildBook(path("out/book"));
  },
  async cells() {
    const { buildCells } = await import("./cells/build.ts");
    await buildCells(path("out/cells"));
  },
  async play() {
    const [{ build }, { playground }] = await Promise.all([import("vite"), import("./playground.ts")]);
    process.env.VITE_IMAGES ??= "10000";
    await build({ ...playground, build: { ...playground.build, outDir: path("out/play") } });
  },
};

async function buildAlone(part: string): Promise<void> {
  const start = performance.now();
  await parts[part]();
  console.log(`${part}: built in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** Builds a part in a process of its own. */
function buildApart(part: string): Promise<void> {
  const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(import.meta.url), part], {
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`the site: ${part} has not been built`))));
  });
}

const [part] = process.argv.slice(2);
if (part !== undefined) await buildAlone(part);
else {
  await Promise.all(Object.keys(parts).map(buildApart));
  rmSync(path("dist"), { recursive: true, force: true });
  cpSync(path("out/docs"), path("dist"), { recursive: true });
  for (const folder of ["book", "cells", "play"])
    cpSync(path(`out/${folder}`), path(`dist/${folder}`), { recursive: true });
}
