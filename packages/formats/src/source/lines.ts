/** Lists of numbers in lines. */

const WIDTH = 120;

/** Texts, each with a comma after it, in lines with an indentation. */
export function lines(texts: readonly string[], indent: string): string[] {
  const done: string[] = [];
  let line = indent;
  for (const text of texts) {
    if (line.length + text.length + 1 > WIDTH) {
      done.push(line.trimEnd());
      line = indent;
    }
    line += `${text}, `;
  }
  return [...done, line.trimEnd()];
}
