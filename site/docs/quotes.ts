/** The pages of the docs without the quotes that HTML does not need: 30,000 pairs of them. */

/** The page without quotes around values of one plain word. `<path d="M0"/>` keeps them: the slash would become part of the value. */
export function withoutQuotes(html: string): string {
  return html.replace(/<[a-z][^<>]*>/g, (tag) => tag.replace(/="([^\s"'`=<>&]+)"(?=[\s>])/g, "=$1"));
}
