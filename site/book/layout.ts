/** The frame of every page of the book: head, the site's navigation, the way to the neighbours. */
import { posix } from "node:path";
import { attribute, attributeOf, escaped } from "../code/html.ts";
import { rootFrom } from "./places.ts";

/** Where a link leads, and what it says. */
export interface Neighbour {
  readonly page: string;
  readonly title: string;
}

/** A page of the book. */
export interface Page {
  /** Its name, such as `tensor/ops/view.html`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly body: string;
  /** The way from the book to this page. */
  readonly trail: readonly Neighbour[];
  readonly previous?: Neighbour | undefined;
  readonly next?: Neighbour | undefined;
}

/** The address of a page of the book, or of the folder whose `index.html` it is, as another page writes it. */
function fromTo(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to) || ".";
  return to === "" || to.endsWith("/") ? `${path}/` : path;
}

/** The whole page. HTML lets us leave out quotes and the tags of head and body, here 500 times. */
export function layout({ name, title, description, body, trail, previous, next }: Page): string {
  const up = rootFrom(name);
  const book = up.slice(3);
  const link = ({ page, title: text }: Neighbour, extra = "") =>
    `<a${attributeOf("href", fromTo(name, page))}${extra}>${text}</a>`;
  return `<!doctype html>
<html lang=en>
<meta charset=utf-8>
<meta name=viewport content="width=device-width">
<title>${escaped(title)} | Polygrad, the book</title>
<meta name=description content="${attribute(description)}">
<link rel=icon href=data:,>
<script src=${book}book.js></script>
<link rel=stylesheet href=${book}book.css>${body.includes("<live-cell") ? `\n<script type=module src=${up}cells/element.js></script>` : ""}
<a class=skip href=#main>Skip to the text</a>
<header class=top><nav aria-label=Site>
<a class=brand href=${up}>Polygrad</a>
<a href=${up}overview.html>Docs</a>
<a href=${up}api/>API</a>
<a href=${book || "./"} aria-current=true>Book</a>
<a href=${up}play/>Playground</a>
<button id=theme aria-label="Dark or light">◐</button>
</nav></header>
<main id=main tabindex=-1>
<nav class=trail aria-label=Breadcrumb><a href=${book || "./"}>The book</a>${trail.map((step) => ` ${link(step)}`).join("")}</nav>
${body}
</main>
<nav class=turn aria-label=Pages>${previous ? link(previous, " rel=prev") : "<span></span>"}${next ? link(next, " rel=next") : ""}</nav>
`;
}
