/** The frame of every page of the book: head, the site's navigation, the way to the neighbours. */
import { attribute, escaped } from "../code/html.ts";
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

/** The whole page. */
export function layout({ name, title, description, body, trail, previous, next }: Page): string {
  const up = rootFrom(name);
  const book = up.slice(3);
  const link = ({ page, title: text }: Neighbour, extra = "") => `<a href="${book}${page}"${extra}>${text}</a>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} | Polygrad, the book</title>
<meta name="description" content="${attribute(description)}">
<link rel="icon" href="data:,">
<script src="${book}first.js"></script>
<link rel="stylesheet" href="${book}book.css">
<script type="module" src="${book}book.js"></script>${body.includes("<live-cell") ? `\n<script type="module" src="${up}cells/element.js"></script>` : ""}
</head>
<body>
<a class="skip" href="#main">Skip to the text</a>
<header class="top"><nav aria-label="Site">
<a class="brand" href="${up}">Polygrad</a>
<a href="${up}overview.html">Docs</a>
<a href="${up}api/">API</a>
<a href="${book}" aria-current="true">Book</a>
<a href="${up}play/">Playground</a>
<button id="theme" type="button" aria-label="Dark or light">◐</button>
</nav></header>
<main id="main" tabindex="-1">
<nav class="trail" aria-label="Breadcrumb"><a href="${book}">The book</a>${trail.map((step) => ` <span aria-hidden="true">/</span> ${link(step)}`).join("")}</nav>
${body}
</main>
<nav class="turn" aria-label="Pages">${previous ? link(previous, ' rel="prev"') : "<span></span>"}${next ? link(next, ' rel="next"') : ""}</nav>
</body>
</html>
`;
}
