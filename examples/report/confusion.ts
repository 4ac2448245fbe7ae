/** A confusion matrix: how often each class was taken for each other one. */
import { type Figure, type FigureCaption, figure } from "./figure.ts";
import { listed, percent, plain } from "./format.ts";
import { element, label, widthOf } from "./svg.ts";

export interface Confusion extends FigureCaption {
  /** Counts with a row for each label and a column for each answer, as `ConfusionMatrix` has them. */
  readonly counts: readonly (readonly number[])[];
  /** The names of the classes. */
  readonly names: readonly string[];
}

/** Right answers, on the diagonal, in blue, mistakes in orange; the deeper, the larger their share of the row. */
export function confusionMatrix(data: Confusion): Figure {
  const { counts, names } = data;
  const shares = counts.map((row) =>
    row.map(
      (count) =>
        count /
        Math.max(
          1,
          row.reduce((sum, each) => sum + each, 0),
        ),
    ),
  );
  const worst = Math.max(1e-9, ...shares.flatMap((row, k) => row.filter((_, j) => j !== k)));
  // Numbers on the colours stay readable: white or dark on the one, always dark, or in the dark always white, on the other.
  const long = Math.max(...names.map((name) => name.length)) > 2;
  return figure(data, descriptionOf(data), (width) => {
    const left = Math.min(width / 4, Math.max(52, 18 + Math.max(...names.map((name) => widthOf(name, 11)))));
    const top = long ? 14 + left * 0.7 : 40;
    const cell = Math.min(46, (width - left - 46) / names.length);
    const [middle, right] = [(k: number) => (k + 0.5) * cell, left + names.length * cell];
    const size = cell < 23 ? 8.5 : cell < 36 ? 10 : 12;
    const cells = counts.flatMap((row, i) =>
      row.map((count, j) => {
        const solid = i === j && shares[i][j] > 0.5;
        const depth = i === j ? (solid ? 1 : 0.4) : Math.max(0.07, 0.5 * Math.sqrt(shares[i][j] / worst));
        return (
          element("rect", {
            ...{ x: left + j * cell + 0.75, y: top + i * cell + 0.75, width: cell - 1.5, height: cell - 1.5, rx: 2 },
            ...{ fill: i === j ? "var(--s1)" : "var(--s2)", "fill-opacity": count === 0 ? 0 : depth },
          }) +
          label(left + middle(j), top + middle(i), count === 0 ? "·" : String(count), {
            ...{ "text-anchor": "middle", dy: "0.35em", "font-size": size },
            ...(count === 0 ? { class: "muted" } : { fill: solid ? "var(--paper)" : "var(--ink)" }),
          })
        );
      }),
    );
    const headers = names.flatMap((name, k) => [
      label(left - 8, top + middle(k), name, { "text-anchor": "end", dy: "0.35em", class: "small" }),
      long
        ? label(0, 0, name, {
            transform: `translate(${Math.round(left + middle(k) + 3)},${Math.round(top - 6)}) rotate(${cell < 36 ? -60 : -40})`,
            class: "small",
          })
        : label(left + middle(k), top - 8, name, { "text-anchor": "middle", class: "small" }),
      label(right + 8, top + middle(k), percent(shares[k][k], 1), { dy: "0.35em", class: "muted small" }),
    ]);
    const titles = [
      label(left, 11, "answer \u2192", { class: "muted small" }),
      label(0, top - 8, "label \u2193", { class: "muted small" }),
    ];
    return { height: top + names.length * cell + 4, content: [...titles, ...headers, ...cells].join("") };
  });
}

function descriptionOf({ counts, names }: Confusion): string {
  const all = counts.flat().reduce((sum, count) => sum + count, 0);
  const right = counts.reduce((sum, row, k) => sum + row[k], 0);
  const mistakes = counts
    .flatMap((row, i) => row.map((count, j) => ({ count, i, j })))
    .filter(({ count, i, j }) => i !== j && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ count, i, j }) => `${names[i]} for ${names[j]} (${plain(count)} times)`);
  const most = mistakes.length === 0 ? "" : ` Most often taken for another: ${listed(mistakes)}.`;
  return `Confusion matrix of ${names.length} classes: ${plain(right)} of ${plain(all)} answers are right, ${percent(right / all)}.${most}`;
}
