/** The order of the pages: what the sidebars of the docs list. */
import type { DefaultTheme } from "vitepress";
import { pages, read } from "../addresses.ts";
import { apiPage, entryPoints } from "./entry-points.ts";

type Group = readonly [title: string, ...pages: string[]];

/** The groups of each part of the docs. A page of `docs/` that is not named here is listed under "More". */
const begin: Group = ["Begin", "overview", "one-page", "tour", "pytorch"];
const guides: Group = [
  "Guides",
  "data",
  "formats",
  "formulas",
  "graphs",
  "tracking",
  "capture",
  "parallel",
  "runs",
  "scaling",
];
const inside: Group = [
  "Inside",
  "how-a-gradient-is-computed",
  "reading-the-source",
  "architecture",
  "kernels",
  "decisions",
];
const packages: Group = [
  "Packages",
  ...["polygrad", "tensor", "autograd", "nn", "data", "formats", "parallel", "sweep"].map((name) => `packages/${name}`),
];
const results: Group = [
  "Results",
  "results/index",
  "results/article",
  "results/frontier",
  "results/stability",
  "results/fit",
  "results/formulas",
];

/** The sidebars by folder, with the pages' own headings as titles. Each page repeats its sidebar, so they are short. */
export function sidebars(): DefaultTheme.SidebarMulti {
  const all = [begin, guides, inside, packages, results];
  const listed = new Set(all.flatMap(([, ...pages]) => pages));
  const others = [...pages.values()].map((copy) => copy.replace(/\.md$/, "")).filter((name) => !listed.has(name));
  const more = items([
    "More",
    "results/index",
    "packages/polygrad",
    ...others.filter((name) => !/^(results|packages)\//.test(name)),
  ]);
  return {
    "/api/": apiSidebar(),
    "/results/": [items([...results, ...others.filter((name) => name.startsWith("results/"))])],
    "/packages/": [items([...packages, ...others.filter((name) => name.startsWith("packages/"))])],
    "/": [items(begin), items(guides), items(inside), more],
  };
}

function items([text, ...names]: Group): DefaultTheme.SidebarItem {
  const files = new Map([...pages].map(([file, copy]) => [copy.replace(/\.md$/, ""), file]));
  return {
    text,
    items: names.map((name) => {
      const file = files.get(name);
      if (file === undefined) throw new Error(`the sidebar: no page ${name}`);
      return { text: titleOf(file), link: `/${name.replace(/(^|\/)index$/, "$1")}` };
    }),
  };
}

/** The sidebar of the API reference: a page for each import. */
function apiSidebar(): DefaultTheme.SidebarItem[] {
  const items = entryPoints.map(([name]) => ({ text: name, link: `/api/${apiPage(name).replace(/\.md$/, "")}` }));
  return [{ text: "API", link: "/api/", items }];
}

function titleOf(file: string): string {
  if (file === "README.md") return "Overview";
  return (/^# (.*)$/m.exec(read(file))?.[1] ?? file).replaceAll("`", "");
}
