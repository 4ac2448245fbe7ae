/** Code as HTML: a short element for each token that has a colour, and nothing for the others. */
import type { Colour } from "./leaves.ts";
import { leavesOf, parse } from "./leaves.ts";

/** The text as the content of an element. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** The text as the value of an attribute, between double quotes. */
export function attribute(text: string): string {
  return escaped(text).replaceAll('"', "&quot;");
}

/** Elements that stand for a colour, and classes that do. All are short: a page has thousands. */
const elements: Partial<Readonly<Record<Colour, string>>> = { keyword: "b", string: "i", comment: "em" };
const classes: Readonly<Record<Colour, string>> = {
  keyword: "k",
  string: "s",
  number: "n",
  comment: "c",
  type: "t",
  call: "",
  plain: "",
};

/** A token in its colour. */
export function coloured(text: string, colour: Colour): string {
  const name = classes[colour];
  if (name === "") return escaped(text);
  const element = elements[colour];
  if (element !== undefined) return `<${element}>${escaped(text)}</${element}>`;
  return `<span class=${name}>${escaped(text)}</span>`;
}

/** The attribute that gives an element the colour of a token. */
export function colourClass(colour: Colour): string {
  const name = classes[colour];
  return name === "" ? "" : ` class=${name}`;
}

/** A TypeScript program in colours. */
export function programHtml(text: string): string {
  return leavesOf(parse(text))
    .map((leaf) => coloured(leaf.text, leaf.colour))
    .join("");
}
