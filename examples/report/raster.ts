/** Small images as PNG files within the text of a page (PNG specification, third edition, 2025). */
import { crc32, deflateSync } from "node:zlib";
import { element } from "./svg.ts";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

/** An image as an SVG element; `rgb` has three bytes for each pixel, row by row. Pixels stay sharp when it is enlarged. */
export function raster(
  rgb: Uint8Array,
  [columns, lines]: readonly [number, number],
  place: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly class?: string;
  },
): string {
  return element("image", {
    ...place,
    preserveAspectRatio: "none",
    href: `data:image/png;base64,${png(rgb, columns, lines).toString("base64")}`,
  });
}

/** A PNG file of 8-bit colours. */
export function png(rgb: Uint8Array, columns: number, lines: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columns, 0);
  header.writeUInt32BE(lines, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, colours, no interlacing
  const filtered = Buffer.alloc(lines * (3 * columns + 1)); // each line begins with its filter: 0, none
  for (let line = 0; line < lines; line++)
    filtered.set(rgb.subarray(3 * line * columns, 3 * (line + 1) * columns), line * (3 * columns + 1) + 1);
  const data = deflateSync(filtered, { level: 9 });
  return Buffer.concat([
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, check]);
}
