/** What the terminal can show: how wide it is, and how many colours it has. */
import { WriteStream } from "node:tty";

/** A terminal, or a file or pipe in place of one. */
export interface Terminal {
  /** The number of characters in a line; Infinity for a file or pipe. */
  readonly columns: number;
  /** The number of bits for a colour: 24, 8, 4, or 1 for none. */
  readonly colourBits: number;
}

/** What standard output can show now. The variables NO_COLOR and FORCE_COLOR count, as everywhere in Node. */
export function terminal(): Terminal {
  const { stdout, env } = process;
  const coloured = stdout.isTTY || env.FORCE_COLOR !== undefined;
  return {
    // Some pseudo terminals have no size.
    columns: stdout.isTTY ? stdout.columns || 80 : Number.POSITIVE_INFINITY,
    colourBits: coloured ? WriteStream.prototype.getColorDepth() : 1,
  };
}

/** Breaks lines between words where they are longer than `columns`. A word that is longer itself is not broken. */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => {
    if (line.length <= columns) return [line];
    const lines: string[] = [];
    for (const word of line.trim().split(/ +/)) {
      const last = lines.at(-1);
      if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
      else lines[lines.length - 1] = `${last} ${word}`;
    }
    return lines;
  });
}

/** Prints text, wrapped to the width of the terminal. */
export function print(text: string): void {
  console.log(wrap(text, terminal().columns).join("\n"));
}
