/**
 * Shows the type of the name that the reader points at. Each folder has a file with the types of its pages. For a link,
 * they are in the folder of the page that the link leads to, so that each is stored once.
 */
import { WORD } from "../words.ts";

type Hover = string | readonly [type: string, doc: string];

/** What a page has. */
interface Hovers {
  /** By anchor. */
  readonly names: Readonly<Record<string, Hover>>;
  /** By word, if it is no link: its type or, if places differ, its types and which of them each place has. */
  readonly words: Readonly<Record<string, string | readonly [types: readonly string[], places: readonly number[]]>>;
}

type Folder = Readonly<Record<string, Hovers>>;

const folders = new Map<string, Promise<Folder | undefined>>();

async function load(page: string): Promise<Hovers | undefined> {
  const [, folder, name] = /^(.*\/)(.*)\.html$/.exec(page) ?? [];
  if (folder === undefined) return undefined;
  const known = folders.get(folder) ?? fetchFolder(folder);
  folders.set(folder, known);
  return (await known)?.[name];
}

/** The files are compressed by us, not by the server: together they would be a sixth of the whole site. */
async function fetchFolder(folder: string): Promise<Folder | undefined> {
  const { ok, body } = await fetch(`${folder}types`);
  if (!ok || body === null) return undefined;
  return new Response(body.pipeThrough(new DecompressionStream("deflate-raw"))).json();
}

/** The elements of words that are no links, and how many of the same word come before each. */
const words = new Map<HTMLElement, number>();

/** Puts each word of the code that is no link into an element. In the files, these elements would be a twelfth of the book. */
function findWords(): void {
  const counts = new Map<string, number>();
  const count = (element: HTMLElement, word: string) => {
    const before = counts.get(word) ?? 0;
    words.set(element, before);
    counts.set(word, before + 1);
  };
  for (const pre of document.querySelectorAll(".source pre, .panel pre:not(.wat)"))
    for (const node of [...pre.childNodes]) {
      if (node instanceof HTMLElement && node.localName === "var") count(node, node.textContent ?? "");
      if (!(node instanceof Text)) continue;
      const parts = [];
      let end = 0;
      for (const { 0: word, index } of node.data.matchAll(WORD)) {
        const element = document.createElement("span");
        element.textContent = word;
        count(element, word);
        parts.push(node.data.slice(end, index), element);
        end = index + word.length;
      }
      if (end > 0) node.replaceWith(...parts, node.data.slice(end));
    }
}

/** The hover of an element of the code: a link, a definition, or a word without an anchor. */
async function hoverOf(element: HTMLElement): Promise<Hover | undefined> {
  if (element instanceof HTMLAnchorElement) {
    const { hash, origin, pathname } = new URL(element.href);
    return hash === "" ? undefined : (await load(origin + pathname))?.names[decodeURIComponent(hash.slice(1))];
  }
  const own = await load(location.origin + location.pathname);
  if (element.id !== "") return own?.names[element.id];
  const word = element.textContent ?? "";
  const known = own !== undefined && Object.hasOwn(own.words, word) ? own.words[word] : undefined;
  if (typeof known !== "object") return known;
  const [types, places] = known;
  return types[places[words.get(element) ?? -1]];
}

export function showTypes(): void {
  findWords();
  const box = document.createElement("div");
  box.id = "hover";
  box.role = "tooltip";
  box.hidden = true;
  document.body.append(box);
  let current: HTMLElement | undefined;

  const show = async (element: HTMLElement) => {
    current = element;
    const hover = await hoverOf(element);
    if (current !== element || hover === undefined) return;
    const [type, doc] = typeof hover === "string" ? [hover, ""] : hover;
    const code = document.createElement("code");
    code.textContent = type;
    box.replaceChildren(code);
    if (doc !== "") {
      const words = document.createElement("p");
      words.textContent = doc;
      box.append(words);
    }
    box.hidden = false;
    place(box, element.getBoundingClientRect());
    element.setAttribute("aria-describedby", box.id);
  };
  const hide = () => {
    current?.removeAttribute("aria-describedby");
    current = undefined;
    box.hidden = true;
  };
  const onEnter = ({ target }: Event) => {
    const element = target instanceof Element ? target.closest<HTMLElement>("pre :is(a, dfn, var, span)") : null;
    if (element === current) return;
    hide();
    if (element !== null) void show(element);
  };
  document.addEventListener("pointerover", onEnter);
  document.addEventListener("focusin", onEnter);
  document.addEventListener("focusout", hide);
  const follow = () => {
    if (current !== undefined && !box.hidden) place(box, current.getBoundingClientRect());
  };
  document.addEventListener("scroll", follow, { capture: true, passive: true });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
}

/** Places the box below the name, or above it where it would not fit below. It never leaves the window. */
function place(box: HTMLElement, { left, top, bottom }: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = box;
  box.style.left = `${Math.max(12, Math.min(left, innerWidth - width - 12))}px`;
  box.style.top = `${bottom + height + 8 < innerHeight ? bottom + 6 : Math.max(8, top - height - 6)}px`;
}
