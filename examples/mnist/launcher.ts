/**
 * The programs that launched this one, such as `pnpm` and `tsx`, which run it as their child: they pass on Ctrl-C, but if
 * one of them is killed, this process does not hear of it. So it looks from time to time whether they are still there.
 */
import { readFileSync } from "node:fs";
import { isRunning } from "@polygrad/sweep/internal";

/** The time between two looks, in milliseconds. */
const INTERVAL = 250;

const LAUNCHER = /(^|[\\/ ])(pnpm|pnpx|npm|npx|yarn|tsx)(\.[cm]?js|[\\/ @]|$)/;
const SHELL = /^([^ ]*[\\/])?(sh|bash|dash|ash) -c /;

/** Calls `gone` once, when a launcher of this process has ended. A process started from a shell has no launcher. */
export function watchLaunchers(gone: () => void): void {
  const launchers = findLaunchers();
  if (launchers.length === 0) return;
  const timer = setInterval(() => {
    if (process.ppid === launchers[0] && launchers.every(isRunning)) return;
    clearInterval(timer);
    gone();
  }, INTERVAL);
  timer.unref();
}

/**
 * The process ids of the launchers, the parent of this process first. Shells are among them only if a launcher started
 * them: a shell may end, for example when its terminal is closed, and leave its programs running.
 */
function findLaunchers(): number[] {
  const own = commandOf(process.ppid);
  // Without /proc, only the parent is known, and whether there is a package manager or a channel to tsx.
  if (own === undefined) return process.env.npm_lifecycle_event !== undefined || process.channel ? [process.ppid] : [];
  const found: { readonly pid: number; readonly isShell: boolean }[] = [];
  let pid = process.ppid;
  for (let command: string | undefined = own; command !== undefined; command = commandOf(pid)) {
    const isShell = SHELL.test(command);
    if (!isShell && !isLauncher(command)) break;
    found.push({ pid, isShell });
    pid = parentOf(pid);
  }
  const last = found.findLastIndex(({ isShell }) => !isShell);
  return found.slice(0, last + 1).map((each) => each.pid);
}

/** Whether a command line is that of a launcher: "pnpm ...", "node .../tsx ...", "npm exec ...". */
function isLauncher(command: string): boolean {
  return command
    .split(" ")
    .slice(0, 2)
    .some((word) => LAUNCHER.test(word));
}

/** The command line of a process; undefined if there is no such process, or the system has no /proc. */
function commandOf(pid: number): string | undefined {
  return read(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ");
}

/** The parent of a process; 0 if it has none. Its number is the second after the name, which ends with ")". */
function parentOf(pid: number): number {
  const fields = read(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, "")
    .split(" ");
  return Number(fields?.[1] ?? 0);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
