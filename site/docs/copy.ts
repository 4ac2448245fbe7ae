/** Copies the pages of the repository, as they stand on disk, to where VitePress builds the site from. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { drawings, pages, read, root } from "../addresses.ts";

/** Makes the folder `to` from scratch, except for the API reference. */
export function copyPages(to: string): void {
  rmSync(to, { recursive: true, force: true });
  for (const [file, copy] of pages) write(join(to, copy), withImages(read(file)));
  for (const file of drawings) cpSync(root + file, join(to, file.replace(/^docs\//, "")), { recursive: true });
  write(join(to, "index.md"), read("site/docs/home.md"));
}

/**
 * Vite takes `src="a.svg"` for a package. The README's drawings are in `docs/`, which is the root of the copies. Its still
 * images of the playground are left out, because the site has the playground itself.
 */
function withImages(text: string): string {
  return text
    .replace(/<picture>[\s\S]*?<\/picture>\n*/g, "")
    .replace(/<img src="(?:docs\/)?(?=\w+\.svg")/g, '<img src="./');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
