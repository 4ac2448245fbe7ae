/** Builds the docs: the pages of the repository and the API reference, in one site. */
import { join } from "node:path";
import { build } from "vitepress";
import { writeApi } from "./api.ts";
import { copyPages } from "./copy.ts";

/** `pages` is a folder for the Markdown, which is made from scratch; `site` is the one that has `.vitepress`. */
export async function buildDocs(pages: string, site: string): Promise<void> {
  copyPages(pages);
  await writeApi(join(pages, "api"));
  await build(site);
}
