/** Copies the pages of the repository, as they stand on disk, to where VitePress builds the site from. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { drawings, pages, read } from "../addresses.ts";

/** Makes the folder `to` from scratch, except for the API reference. */
export function copyPages(to: string): void {
  rmSync(to, { recursive: true, force: true });
  for (const [file, copy] of pages) write(join(to, copy), withImages(read(file)));
  for (const file of drawings) write(join(to, file.replace(/^docs\//, "")), read(file));
  write(join(to, "index.md"), read("site/docs/home.md"));
}

/** Vite takes `src="a.svg"` for a package. The README's pictures are in `docs/`, which is the root of the copies. */
function withImages(text: string): string {
  return text.replace(/<img src="(?:docs\/)?(?=\w+\.svg")/g, '<img src="./');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
