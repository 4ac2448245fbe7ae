/** Where the pages of the book are, relative to the book. */
import { addressOf } from "../addresses.ts";

/** The page of a file or folder of the repository. */
export function pageName(file: string): string {
  const address = addressOf(file);
  if (address === undefined) throw new Error(`the book: ${file} has no page`);
  return address.replace(/^book\//, "");
}

/** The source file that an import of one of the packages leads to. */
export function packageFile(module: string): string | undefined {
  const [, name, entry = "index"] = /^(?:@polygrad\/)?(\w+)(?:\/(\w+))?$/.exec(module) ?? [];
  return name === undefined ? undefined : `packages/${name}/src/${entry}.ts`;
}

/** How to get from a page of the book to the root of the site: "../../". */
export function rootFrom(page: string): string {
  return "../".repeat(page.split("/").length);
}
