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

/** An attribute with a space before it. Most values need no quotes, and the book has 50,000 of them. */
export function attributeOf(name: string, value: string): string {
  return ` ${name}=${/^[^\s"'`=<>&]+$/.test(value) ? value : `"${attribute(value)}"`}`;
}

/** The element that stands for a colour. All are short: a page has thousands. */
const elements: Readonly<Record<Colour, string>> = {
  keyword: "b",
  string: "i",
  number: "u",
  comment: "em",
  type: "var",
  call: "",
  plain: "",
};

/** A token in its colour. */
export function coloured(text: string, colour: Colour): string {
  const element = elements[colour];
  return element === "" ? escaped(text) : `<${element}>${escaped(text)}</${element}>`;
}

/** The attribute that gives a link or a definition the colour of a token. */
export function colourClass(colour: Colour): string {
  return colour === "type" ? " class=t" : colour === "string" ? " class=s" : "";
}

/** Keywords that follow each other, such as `export const`, in one element. */
export function joined(tokens: readonly string[]): string {
  return tokens.join("").replaceAll("</b> <b>", " ");
}

/** A TypeScript program in colours. */
export function programHtml(text: string): string {
  return joined(leavesOf(parse(text)).map((leaf) => coloured(leaf.text, leaf.colour)));
}
