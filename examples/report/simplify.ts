/** Lines with fewer points, which look the same. */

/** A point; y may be NaN, where a line is interrupted. */
type Point = readonly [x: number, y: number];

/**
 * Leaves out points of a line that lie within `tolerance` of the line through those that stay (Douglas & Peucker 1973).
 * The ends and the points beside interruptions stay.
 *
 * @param scale how many units of the drawing a unit of x and of y has; `tolerance` is in units of the drawing
 */
export function simplified(line: readonly Point[], scale: Point, tolerance: number): Point[] {
  const isKept = line.map(
    ([, y], k) => Number.isNaN(y) || [line[k - 1], line[k + 1]].some((beside) => !beside || Number.isNaN(beside[1])),
  );
  const anchors = [...isKept.keys()].filter((k) => isKept[k]);
  const spans = anchors.slice(1).map((to, k): [number, number] => [anchors[k], to]);
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [from, to] = span;
    const distances = line.slice(from + 1, to).map((point) => distance(point, line[from], line[to], scale));
    const greatest = Math.max(...distances);
    if (distances.length === 0 || greatest <= tolerance) continue;
    const middle = from + 1 + distances.indexOf(greatest);
    isKept[middle] = true;
    spans.push([from, middle], [middle, to]);
  }
  return line.filter((_, k) => isKept[k]);
}

/** The distance of a point from the straight line through two others. */
function distance([x, y]: Point, [x1, y1]: Point, [x2, y2]: Point, [ofX, ofY]: Point): number {
  const [dx, dy] = [ofX * (x2 - x1), ofY * (y2 - y1)];
  return Math.abs(dy * ofX * (x - x1) - dx * ofY * (y - y1)) / Math.hypot(dx, dy);
}
