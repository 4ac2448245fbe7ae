/** The docs as a VitePress site. `SITE_BASE` is the path under which a host serves it, "/" by default. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { cells } from "../cells.ts";
import { codeHtml } from "../code.ts";
import { links } from "../links.ts";
import { withoutQuotes } from "../quotes.ts";
import { searchable } from "../search.ts";
import { sidebars } from "../sidebar.ts";
import { slug } from "../slug.ts";
import { keepPage } from "./theme/navigation.ts";

const base = process.env.SITE_BASE ?? "/";
/** Short names of the components: 10,000 attributes and selectors say which one an element belongs to. */
const components: string[] = [];
function componentId(file: string): string {
  if (!components.includes(file)) components.push(file);
  return components.indexOf(file).toString(36);
}

const from = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base,
  title: "Polygrad",
  description: "An autograd framework for the CPU, in pure TypeScript",
  lang: "en",
  srcDir: from("../../out/pages"),
  cacheDir: from("../../out/vitepress"),
  // Source files, the API and the playground are no pages of VitePress. A test follows every link of the whole site.
  ignoreDeadLinks: [/^\/(book|play)\//],
  // Each page would contain a list of all pages.
  metaChunk: true,
  router: { prefetchLinks: false },
  transformHtml: withoutQuotes,
  vue: {
    template: { compilerOptions: { isCustomElement: (tag) => tag === "live-cell" } },
    features: { componentIdGenerator: componentId },
  },
  head: [
    ["link", { rel: "icon", href: "data:," }],
    ["script", {}, keepPage],
    ["script", { type: "module", src: `${base}cells/element.js` }],
  ],
  markdown: {
    anchor: { slugify: slug },
    toc: { slugify: slug },
    highlight: codeHtml,
    config: (md) => {
      links(base)(md);
      cells(md);
    },
  },
  themeConfig: {
    sidebar: sidebars(),
    outline: [2, 3],
    search: { provider: "local", options: { _render: searchable } },
    nav: [
      { text: "Docs", link: "/overview", activeMatch: "^/(?!api/|$)" },
      { text: "API", link: "/api/", activeMatch: "^/api/" },
      { text: "Book", link: `${base}book/`, target: "_self" },
      { text: "Playground", link: `${base}play/`, target: "_self" },
    ],
  },
});
