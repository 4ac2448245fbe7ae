/** How progress is shown: one table that is updated in place on a terminal, a line for each run elsewhere. */
import type { Failure } from "./job.ts";
import type { Ended, Status } from "./status.ts";

/** Where progress is written: a terminal, a file, or anything else that takes text. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** The number of characters in a line of a terminal. */
  readonly columns?: number;
}

/** What shows progress. */
export interface Display {
  /** Shows that a run has ended. `status` counts it already. */
  ended(run: Ended): void;
  /** Shows one line of text. */
  notice(text: string): void;
  /** Shows the last state, and ends. */
  close(): void;
}

/** Shows nothing. */
export const silent: Display = { ended: () => undefined, notice: () => undefined, close: () => undefined };

/** Shows a line for each run that has ended. */
export function lines(status: Status, output: Output): Display {
  return {
    ended: (run) => output.write(`${endedLine(status, run)}\n`),
    notice: (text) => output.write(`${text}\n`),
    close: () => output.write(`${headline(status)}\n`),
  };
}

function endedLine(status: Status, { label, reused, summary, error, worker }: Ended): string {
  const count = `[${status.done + status.failed}/${status.total}]`;
  if (error !== undefined) return `${count} failed  ${label}  ${errorLine(error)}`;
  const figures = Object.entries(summary ?? {}).flatMap(([name, value]) =>
    /^(test|validation|trainLoss)/.test(name) ? [`${name} ${shortNumber(Number(value))}`] : [],
  );
  const where = reused ? "reused" : `${duration(summary?.seconds ?? 0)} on ${worker}`;
  return `${count} done  ${label}  ${figures.join("  ")}  ${where}`;
}

/** "12 of 24 runs done, 1 failed, 3 reused, 2 running, 1 min 05 s left". */
export function headline(status: Status): string {
  const { done, total, failed, reused, running, secondsLeft } = status;
  const ended = done + failed === total;
  const parts = [
    `${done} of ${total} runs done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(reused > 0 ? [`${reused} reused`] : []),
    ...(running.length > 0 ? [`${running.length} running`] : []),
    ...(secondsLeft === undefined || ended ? [] : [`${duration(secondsLeft)} left`]),
  ];
  return parts.join(", ");
}

/** The lines of the table, each at most `columns` wide. Of many runs that are under way, some are shown. */
export function tableOf(status: Status, columns: number): string[] {
  const { best, running, engine } = status;
  const widths = [0, 1].map((part) => Math.max(0, ...running.map((run) => [run.worker, run.label][part].length)));
  const rows = running.slice(0, MOST_ROWS).map(({ worker, label, epoch, until }) => {
    return `  ${worker.padEnd(widths[0])}  ${label.padEnd(widths[1])}  epoch ${epoch}/${until}`;
  });
  return [
    `${headline(status)}  (${engine})`,
    ...(best ? [`best: ${best.metric} ${shortNumber(best.value)} with ${best.label}`] : []),
    ...rows,
    ...(running.length > rows.length ? [`  and ${running.length - rows.length} more`] : []),
  ].map((line) => (line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 3))}...`.slice(0, columns)));
}

const MOST_ROWS = 16;

/** A time such as "8 s", "4 min 05 s" or "2 h 07 min". */
export function duration(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours.toLocaleString("en")} h ${two(minutes)} min`;
  return minutes > 0 ? `${minutes} min ${two(whole % 60)} s` : `${whole} s`;
}

function shortNumber(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(3) : value.toFixed(4);
}

/** An error in one line. */
export function errorLine({ name, message }: Failure): string {
  return `${name}: ${message}`.replace(/\s*\n\s*/g, " ").slice(0, 500);
}
