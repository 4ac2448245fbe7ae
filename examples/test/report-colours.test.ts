/** The colours of reports: text can be read on them, and people can tell series apart whatever colours they see. */
import { describe, expect, test } from "vitest";
import { dark, light } from "../report/theme.ts";

describe.each(Object.entries({ light, dark }))("the colours in %s mode", (_, colours) => {
  const { paper, shade, grid: _grid, ...marks } = colours;

  test("have the contrast to the paper that WCAG asks of them: 4.5 of text, 3 of lines", () => {
    const { ink, muted, s1, s2, s3, ...others } = marks;
    for (const colour of [ink, muted, s1, s2, s3]) expect(contrast(colour, paper)).toBeGreaterThanOrEqual(4.5);
    for (const colour of Object.values(others)) expect(contrast(colour, paper)).toBeGreaterThanOrEqual(3);
    expect(contrast(marks.ink, shade)).toBeGreaterThanOrEqual(4.5);
  });

  test("of series differ, whatever colours one sees, and those of the first three differ much", () => {
    const series = [marks.s1, marks.s2, marks.s3, marks.s4, marks.s5, marks.s6, marks.s7];
    for (const [k, a] of series.entries())
      for (const b of series.slice(k + 1))
        for (const seen of visions) {
          const least = series.indexOf(b) < 3 ? 25 : 10;
          expect(distance(seen(linear(a)), seen(linear(b)))).toBeGreaterThan(least);
        }
  });
});

/** The red, green and blue light of "#rrggbb", from 0 to 1 (IEC 61966-2-1). */
function linear(colour: string): number[] {
  return [1, 3, 5].map((at) => {
    const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
}

function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [r, g, blue] = linear(colour);
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Normal vision, and that of people without red, green or blue cones (Machado, Oliveira and Fernandes 2009). */
const visions = [
  [1, 0, 0, 0, 1, 0, 0, 0, 1],
  [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
].map((m) => (rgb: readonly number[]) => [0, 3, 6].map((row) => rgb.reduce((sum, c, k) => sum + m[row + k] * c, 0)));

/** The distance of two colours in CIE L*a*b* (1976). About 2 can just be seen. */
function distance(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [a, b].map(([r, g, blue]) => {
    const x = (0.4124 * r + 0.3576 * g + 0.1805 * blue) / 0.9505;
    const y = 0.2126 * r + 0.7152 * g + 0.0722 * blue;
    const z = (0.0193 * r + 0.1192 * g + 0.9505 * blue) / 1.089;
    const [fx, fy, fz] = [x, y, z].map((t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116));
    return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
  });
  return Math.hypot(...first.map((value, k) => value - second[k]));
}
