/** SVG as text: elements, text in them, and paths. */

/** The value of an attribute; an undefined one is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Text for SVG and HTML, also within quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** An element with its attributes and children, which are SVG already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? short(value) : escaped(String(value))}"`);
  const start = `<${name}${given.join("")}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join("")}</${name}>`;
}

/** Text, whose baseline begins at a point. */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element("text", { x, y, ...attributes }, escaped(text));
}

/** A coordinate with as many decimals as can be seen. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** The path through points. Where a value is not finite, it is interrupted. */
export function pathThrough(points: Iterable<readonly [x: number, y: number]>): string {
  let path = "";
  let drawing = false;
  for (const [x, y] of points) {
    const finite = Number.isFinite(x) && Number.isFinite(y);
    if (finite) path += `${drawing ? "L" : "M"}${short(x)},${short(y)}`;
    drawing = finite;
  }
  return path;
}

/** The approximate width of a text in the font of figures, which is 12 units high by default. */
export function widthOf(text: string, size = 12): number {
  return text.length * size * 0.56;
}
