/** The pages that list others: the contents of the book, and the opening of each chapter. */
import { escaped } from "../code/html.ts";
import { exercisesHtml } from "./exercises.ts";
import { openings } from "./openings.ts";
import type { Chapter, Part, SourceFile } from "./order.ts";
import { filesOf } from "./order.ts";
import { pageName } from "./places.ts";
import { proseHtml } from "./prose.ts";

interface Listing {
  readonly description: string;
  readonly body: string;
}

/** The first page of the book. */
export function contentsPage(all: readonly Chapter[]): Listing {
  const description = `All ${filesOf(all).length} source files of Polygrad, in the order in which to read them.`;
  const chapters = all.map(
    (chapter) => `<section class="chapter">
<h2><a href="${chapter.name}/">${chapter.name}</a></h2>
<div class="lead">${proseHtml(chapter.idea, () => undefined)}</div>
${partsHtml(chapter.parts, "", 3)}
</section>`,
  );
  const body = `<h1>The source, as a book</h1>
<p class="idea">${description} Each page has the comments beside the code. A name shows its type when you point at it, and leads to its definition.</p>
<p><label for="filter">Find a file</label> <input id="filter" type="search" placeholder="for example “sums” or “broadcast”" autocomplete="off"></p>
<p id="found" role="status"></p>
${chapters.join("\n")}`;
  return { description, body };
}

/** The opening of a chapter. */
export function chapterPage(chapter: Chapter): Listing {
  const body = `<h1>${chapter.name}</h1>
<div class="idea">${proseHtml(openingOf(chapter), () => undefined)}</div>
${partsHtml(chapter.parts, `${chapter.name}/`, 2)}
${exercisesHtml(chapter.name) === undefined ? "" : '<p class="end"><a href="exercises.html">Exercises</a></p>'}`;
  return { description: openingOf(chapter).split("\n\n")[0].replace(/\s+/g, " "), body };
}

function openingOf({ name }: Chapter): string {
  const opening = openings[name];
  if (opening === undefined) throw new Error(`the book: the chapter ${name} has no opening in openings.ts`);
  return opening;
}

/** Lists of files, each with its idea. `folder` is the page's own, relative to the book. */
function partsHtml(parts: readonly Part[], folder: string, level: number): string {
  const item = ({ number, path, name, idea }: SourceFile) =>
    `<li value="${number}"><a href="${pageName(path).slice(folder.length)}">${escaped(name)}</a> <span>${inline(idea)}</span></li>`;
  return parts
    .map(
      ({ title, files }) =>
        `${title === "" ? "" : `<h${level}>${escaped(title)}</h${level}>`}\n<ol class="files">${files.map(item).join("\n")}</ol>`,
    )
    .join("\n");
}

function inline(idea: string): string {
  return proseHtml(idea, () => undefined).replace(/^<p>|<\/p>\s*$/g, "");
}
