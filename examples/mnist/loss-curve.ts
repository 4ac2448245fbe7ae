/** The loss by epoch as a small chart of block characters, for a terminal. */

/** From nothing to a full block, in eighths. */
const BLOCKS = " \u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
const LINES = 4;
/** The widest chart; a longer run shows the mean of several epochs in a column. */
const WIDEST = 60;
const AXIS = "\u2502";

/**
 * Draws losses on a logarithmic scale, so that late progress can be seen, with the greatest and the least beside them.
 *
 * @param losses one of each epoch, greater than 0
 * @returns LINES + 1 lines that are no wider than `columns`; nothing if there is no room for 8 columns, or nothing to show
 */
export function drawLoss(losses: readonly number[], columns: number): string {
  const shown = losses.filter((loss) => loss > 0 && Number.isFinite(loss));
  const margin = Math.max(0, ...shown.map((loss) => loss.toFixed(4).length));
  const width = Math.min(WIDEST, columns - margin - 2);
  if (shown.length < 2 || width < 8) return "";
  const means = inColumns(shown, Math.min(width, Math.max(shown.length, 8)));
  const [least, greatest] = [Math.min(...means), Math.max(...means)];
  if (least === greatest) return "";
  const levels = means.map((loss) => {
    const share = Math.log(loss / least) / Math.log(greatest / least);
    // The least loss is one eighth of a line high, not nothing.
    return 1 + Math.round(share * (8 * LINES - 1));
  });
  const lines = Array.from({ length: LINES }, (_, line) => {
    const below = 8 * (LINES - 1 - line);
    const blocks = levels.map((level) => BLOCKS[Math.min(8, Math.max(0, level - below))]).join("");
    const name = line === 0 ? greatest.toFixed(4) : line === LINES - 1 ? least.toFixed(4) : "";
    return `${name.padStart(margin)} ${AXIS}${blocks}`.trimEnd();
  });
  const [from, to] = ["1", String(losses.length)];
  const gap = Math.max(1, levels.length - from.length - to.length);
  const axis = `${" ".repeat(margin + 2)}${from}${" ".repeat(gap)}${to}`;
  const title = " epochs (train loss, logarithmic)";
  return [...lines, axis.length + title.length <= columns ? axis + title : axis].join("\n");
}

/** The losses resampled to `count` columns: the mean of the epochs that a column covers, or the one it lies in. */
function inColumns(losses: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, k) => {
    const from = Math.floor((k * losses.length) / count);
    const to = Math.max(from + 1, Math.floor(((k + 1) * losses.length) / count));
    const covered = losses.slice(from, to);
    return covered.reduce((sum, loss) => sum + loss, 0) / covered.length;
  });
}
