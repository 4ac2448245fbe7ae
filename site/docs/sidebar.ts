/** The order of the pages: what the sidebar of the docs lists. A page that is not named here is listed under "More". */
import type { DefaultTheme } from "vitepress";
import { pages, read } from "../addresses.ts";
import { apiPage, entryPoints } from "./entry-points.ts";

const groups: readonly (readonly [title: string, ...pages: string[]])[] = [
  ["Begin", "overview", "one-page", "tour", "pytorch"],
  ["Guides", "data", "formulas", "capture", "parallel", "runs", "scaling"],
  ["Inside", "how-a-gradient-is-computed", "reading-the-source", "architecture", "kernels", "decisions"],
  ["Results", "results/index", "results/article", "results/frontier", "results/stability", "results/fit"],
  ["Packages", "polygrad", "tensor", "autograd", "nn", "data", "formats", "parallel", "sweep"],
  ["More"],
];

/** The sidebar, with the pages' own headings as titles. */
export function sidebar(): DefaultTheme.SidebarItem[] {
  const files = new Map([...pages].map(([file, copy]) => [copy.replace(/\.md$/, ""), file]));
  const item = (name: string): DefaultTheme.SidebarItem => {
    const file = files.get(name);
    if (file === undefined) throw new Error(`the sidebar: no page ${name}`);
    files.delete(name);
    return { text: titleOf(file), link: `/${name.replace(/(^|\/)index$/, "$1")}` };
  };
  const listed = groups.map(([text, ...names]) => ({
    text,
    collapsed: text === "Packages" || text === "More",
    items: names.map((name) => item(text === "Packages" ? `packages/${name}` : name)),
  }));
  const rest = [...files.keys()].filter((name) => !name.startsWith("results/"));
  for (const name of files.keys()) if (name.startsWith("results/")) listed[3].items.push(item(name));
  listed[5].items.push(...rest.map(item));
  return listed;
}

/** The sidebar of the API reference: a page for each import. */
export function apiSidebar(): DefaultTheme.SidebarItem[] {
  const items = entryPoints.map(([name]) => ({ text: name, link: `/api/${apiPage(name).replace(/\.md$/, "")}` }));
  return [{ text: "API", link: "/api/", items }];
}

function titleOf(file: string): string {
  if (file === "README.md") return "Overview";
  return (/^# (.*)$/m.exec(read(file))?.[1] ?? file).replaceAll("`", "");
}
