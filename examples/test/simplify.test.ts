/** Lines with fewer points: all that is left out lies near the line that stays. */
import { Random } from "polygrad";
import { expect, test } from "vitest";
import { simplified } from "../report/simplify.ts";

test("points that are left out lie within the tolerance, and those beside interruptions stay", () => {
  const random = new Random(5);
  const line = Array.from({ length: 400 }, (_, k): [number, number] => {
    const y = Math.sin(k / 25) + 0.02 * random.uniform();
    return [k / 100, k % 90 === 80 ? Number.NaN : y];
  });
  const [scale, tolerance] = [[100, 50], 1] as const;
  const kept = simplified(line, scale, tolerance);
  expect(kept.length).toBeLessThan(100);
  expect(kept.filter(([, y]) => Number.isNaN(y))).toHaveLength(4);
  for (const k of [0, 79, 81, 169, 171, 399]) expect(kept).toContain(line[k]);
  for (const [x, y] of line) {
    const after = kept.findIndex(([end]) => end >= x);
    const [[x2, y2], [x1, y1]] = [kept[after], kept[Math.max(0, after - 1)]];
    if (x === x2) continue;
    // The vertical distance to the segment, times the cosine of its slope in the drawing.
    const cosine = 1 / Math.hypot(1, (scale[1] * (y2 - y1)) / (scale[0] * (x2 - x1)));
    const offset = y - (y1 + ((y2 - y1) * (x - x1)) / (x2 - x1));
    expect(Math.abs(scale[1] * offset * cosine)).toBeLessThanOrEqual(tolerance + 1e-9);
  }
});

test("a straight line keeps its ends, and the scale decides what is near", () => {
  const straight = [0, 1, 2, 3].map((x): [number, number] => [x, 2 * x + 1]);
  expect(simplified(straight, [1, 1], 1e-9)).toEqual([straight[0], straight[3]]);
  const bent: [number, number][] = [
    [0, 0],
    [1, 1],
    [2, 0],
  ];
  expect(simplified(bent, [1, 1], 1.5)).toHaveLength(2);
  expect(simplified(bent, [1, 2], 1.5)).toHaveLength(3);
  expect(simplified([], [1, 1], 1)).toEqual([]);
});
