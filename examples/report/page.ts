/** The page of an experiment: one HTML file that needs no other file, no network and no script. */
import type { Figure, Table } from "./figure.ts";
import { plain } from "./format.ts";
import { inline, paragraphs } from "./prose.ts";
import { pageStyle } from "./style.ts";
import { escaped } from "./svg.ts";

/** A part of a page under a heading. */
export interface Section {
  readonly heading: string;
  /** Paragraphs, before the figures and tables. Code stands between backticks. */
  readonly text?: string | readonly string[];
  readonly parts?: readonly (Figure | Table)[];
}

/** What a page consists of. */
export interface Page {
  readonly title: string;
  /** What the experiment asks: a sentence or two. */
  readonly question: string;
  /** What came out: a sentence or two, which stands out; none by default. */
  readonly answer?: string;
  /** The command that makes this page again. */
  readonly command: string;
  /** The settings, by name. */
  readonly configuration: Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;
  readonly sections: readonly Section[];
}

/** A page as HTML. */
export function page({ title, question, answer, command, configuration, sections }: Page): string {
  const numbered = numbering();
  const body = sections.map(({ heading, text = [], parts = [] }) => {
    const shown = parts.map((part) => ("html" in part ? `<div class="table">${part.html}</div>` : numbered(part)));
    return `<section>\n<h2>${inline(heading)}</h2>\n${[paragraphs(text), ...shown].filter(Boolean).join("\n")}\n</section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>
${pageStyle}
</style>
</head>
<body>
<header>
<h1>${inline(title)}</h1>
${paragraphs(question, "question")}
${answer === undefined ? "" : paragraphs(answer, "answer")}
</header>
<main>
${body.join("\n")}
</main>
<footer>
<h2>How to make this page again</h2>
<pre><code>${escaped(command)}</code></pre>
<dl>
${Object.entries(configuration).map(setting).join("\n")}
</dl>
</footer>
</body>
</html>
`;
}

function setting([name, value]: readonly [string, Page["configuration"][string]]): string {
  const values = typeof value === "object" ? value : [value];
  const text = values.map((each) => (typeof each === "number" ? numberAsGiven(each) : String(each))).join(", ");
  const long = text.length > 24 ? ' class="long"' : "";
  return `<div${long}><dt>${escaped(name)}</dt><dd>${escaped(text)}</dd></div>`;
}

/** A setting with all its digits: 0.00002 and 63560 stay what they are. */
function numberAsGiven(value: number): string {
  return Number.isInteger(value) ? plain(value) : String(value);
}

/** Shows figures with their numbers in the page. */
function numbering(): (figure: Figure) => string {
  let number = 0;
  return ({ title, note, svg, narrow }) => {
    number++;
    const below = note === "" ? "" : ` ${inline(note)}`;
    return (
      `<figure>\n<div class="wide">${svg}</div>\n<div class="narrow">${narrow}</div>\n` +
      `<figcaption><b>Figure ${number}. ${inline(title)}.</b>${below}</figcaption>\n</figure>`
    );
  };
}
