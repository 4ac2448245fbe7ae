/** Where a function on a grid is zero: marching squares (Lorensen & Cline 1987, in two dimensions). */

interface Place {
  readonly x: number;
  readonly y: number;
}

type Corner = Place & { readonly value: number };

/** Lines from place to place, in steps of the grid. @param values [side, side], in rows */
export function zeroLines(values: readonly number[], side: number): (readonly [Place, Place])[] {
  const lines: (readonly [Place, Place])[] = [];
  const corner = (x: number, y: number): Corner => ({ x, y, value: values[y * side + x] });
  for (let y = 0; y + 1 < side; y++)
    for (let x = 0; x + 1 < side; x++) {
      const corners = [corner(x, y), corner(x + 1, y), corner(x + 1, y + 1), corner(x, y + 1)];
      // The sides of the square on which the sign changes: none, two, or all four, which are joined in their order.
      const crossed = corners.flatMap((from, k) => {
        const to = corners[(k + 1) % 4];
        return from.value < 0 === to.value < 0 ? [] : [between(from, to)];
      });
      for (let k = 0; k + 1 < crossed.length; k += 2) lines.push([crossed[k], crossed[k + 1]]);
    }
  return lines;
}

function between(from: Corner, to: Corner): Place {
  const share = from.value / (from.value - to.value);
  return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
}
