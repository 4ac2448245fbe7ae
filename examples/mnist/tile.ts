/** One image as lines of text: in characters, or in half blocks with grey levels where the terminal has the colours. */

/** An image: its pixels from 0 to 255, row by row. */
export interface Image {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const SHADES = " .:-=+*#%@";
const UPPER_HALF = "\u2580";
/** The end of all colours. */
export const RESET: string = "\x1b[0m";

/**
 * Draws an image `columns` wide. A character is twice as high as it is wide, so with half blocks, which show one pixel
 * above another, pixels are squares.
 *
 * @param colourBits 24 or 8 for grey levels, less for plain characters
 */
export function drawTile(image: Image, columns: number, colourBits: number): string[] {
  const lines = Math.max(1, Math.round((columns * image.height) / image.width / 2));
  return Array.from({ length: lines }, (_, line) =>
    colourBits < 8 ? plainLine(image, columns, line, lines) : greyLine(image, columns, line, lines, colourBits),
  );
}

function plainLine(image: Image, columns: number, line: number, lines: number): string {
  return row(image, columns, line, lines)
    .map((grey) => SHADES[Math.round((grey / 255) * (SHADES.length - 1))])
    .join("");
}

/** A line of half blocks: the foreground is the upper pixel, the background the lower one. */
function greyLine(image: Image, columns: number, line: number, lines: number, colourBits: number): string {
  const lower = row(image, columns, 2 * line + 1, 2 * lines);
  let colours = "";
  const cells = row(image, columns, 2 * line, 2 * lines).map((upper, column) => {
    const wanted = `\x1b[38;${colour(upper, colourBits)};48;${colour(lower[column], colourBits)}m`;
    const cell = wanted === colours ? UPPER_HALF : `${wanted}${UPPER_HALF}`;
    colours = wanted;
    return cell;
  });
  return `${cells.join("")}${RESET}`;
}

/** A grey level in the terminal's terms. Of 256 colours, 16, 232 to 255 and 231 are a scale from black to white. */
function colour(grey: number, colourBits: number): string {
  if (colourBits >= 24) return `2;${Array(3).fill(Math.round(grey)).join(";")}`;
  const level = Math.round((grey / 255) * 25);
  return `5;${level === 0 ? 16 : level === 25 ? 231 : 231 + level}`;
}

/** One row of the image, scaled to `columns` x `rows`: each value is the mean of the area that it covers. */
function row({ pixels, width, height }: Image, columns: number, at: number, rows: number): number[] {
  const vertical = overlaps(at, rows, height);
  return Array.from({ length: columns }, (_, column) => {
    let [sum, area] = [0, 0];
    for (const [y, high] of vertical)
      for (const [x, wide] of overlaps(column, columns, width)) {
        sum += pixels[y * width + x] * high * wide;
        area += high * wide;
      }
    return sum / area;
  });
}

/** Which of `size` pixels the part number `at` of `parts` equal parts covers, and how much of each. */
function overlaps(at: number, parts: number, size: number): [pixel: number, share: number][] {
  const [start, end] = [(at * size) / parts, ((at + 1) * size) / parts];
  const first = Math.floor(start);
  return Array.from({ length: Math.max(1, Math.ceil(end) - first) }, (_, k) => {
    const pixel = Math.min(size - 1, first + k);
    return [pixel, Math.min(end, first + k + 1) - Math.max(start, first + k)];
  });
}
