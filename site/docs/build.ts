/** Builds the docs: the pages of the repository and the API reference, in one site. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "vitepress";
import { writeApi } from "./api.ts";
import { copyPages } from "./copy.ts";

/**
 * Builds the site in the folder `to`. `pages` is a folder for the Markdown, which is made from scratch; `site` is the one
 * that has `.vitepress`.
 */
export async function buildDocs(pages: string, site: string, to: string): Promise<void> {
  copyPages(pages);
  await writeApi(join(pages, "api"));
  await build(site, { outDir: to });
  // See .vitepress/theme/navigation.ts. What is left of a page's script is what its HTML does not say: the "lean" one.
  const assets = join(to, "assets");
  for (const file of readdirSync(assets)) if (/\.md\.[\w-]+\.js$/.test(file)) rmSync(join(assets, file));
}
