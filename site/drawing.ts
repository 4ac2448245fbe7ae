/** A graph in DOT, drawn by Graphviz: an SVG that gets its colours from style/drawing.css. */
import { instance } from "@viz-js/viz";
import { escaped } from "./code/html.ts";

const graphviz = instance();

/** The drawing, in pixels, with a title for those who do not see it. Several may be on one page: none has an id. */
export async function drawn(dot: string, title: string): Promise<string> {
  return (await graphviz)
    .renderString(dot, { format: "svg" })
    .replace(/^[\s\S]*?(?=<svg)/, "")
    .replace(/<!--[\s\S]*?-->\n?/g, "")
    .replace(/<title>[\s\S]*?<\/title>\n?/g, "")
    .replace(/<svg width="(\d+)pt" height="(\d+)pt"\s*/, '<svg class="drawing" width="$1" height="$2" role="img" ')
    .replace(/ id="[^"]*"| font-family="[^"]*"| xmlns:xlink="[^"]*"/g, "")
    .replace(/<svg[^>]*>/, (tag) => `${tag}\n<title>${escaped(title)}</title>`);
}
