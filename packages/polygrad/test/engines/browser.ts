/** Opens a page in a browser, without a window, and returns what the page's program reports. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { find } from "./debian.ts";
import type { Server } from "./server.ts";

/** How long a page may take, in milliseconds. */
const PATIENCE = 420_000;

/** What differs between browsers. They must not show first-run pages, or look for updates. */
export interface Browser {
  /** @throws Error that says what to install */
  find(): string;
  /** The arguments that start it without a window, with a new profile in this directory. */
  arguments(profile: string): Promise<readonly string[]>;
}

export const chromium: Browser = {
  find: () => find("chromium", "chromium", "CHROMIUM"),
  arguments: async (profile) => [
    ...[
      "--headless",
      `--user-data-dir=${profile}`,
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
    ],
    ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  ],
};

export const firefox: Browser = {
  find: () => find("firefox-esr", "firefox-esr", "FIREFOX"),
  async arguments(profile) {
    const preferences = {
      "browser.aboutwelcome.enabled": false,
      "browser.shell.checkDefaultBrowser": false,
      "datareporting.policy.dataSubmissionEnabled": false,
      "dom.max_script_run_time": 0, // no limit
      "network.captive-portal-service.enabled": false,
    };
    const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${value});\n`);
    await writeFile(join(profile, "user.js"), lines.join(""));
    return ["--headless", "--no-remote", "--profile", profile];
  },
};

/**
 * Opens a page of the server in a browser with a new profile, and ends the browser.
 *
 * @param query of the page's address, beginning with "?"
 * @returns what the page reports
 * @throws Error if there is no such browser, it ends early, the page's program throws, or it takes too long
 */
export async function reportedIn(browser: Browser, server: Server, query: string): Promise<string> {
  const executable = browser.find();
  const profile = await mkdtemp(join(tmpdir(), "polygrad-browser-"));
  const options = [...(await browser.arguments(profile)), server.address + query];
  // It gets a process group of its own, so that the processes that it starts can be ended too.
  const { pid, ...child } = start(executable, options);
  const kill = () => signal(pid, "SIGKILL");
  process.once("exit", kill);
  try {
    const late = delay(PATIENCE, undefined, { ref: false }).then(() => {
      throw new Error(`${executable}: no report of ${query} within ${PATIENCE / 1000} s`);
    });
    const early = child.ended.then((how) => {
      throw new Error(`${executable} ${how}`);
    });
    return await Promise.race([server.reported, early, late]);
  } finally {
    signal(pid, "SIGTERM");
    await Promise.race([child.ended, delay(5000)]);
    kill();
    process.off("exit", kill);
    await child.ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Starts a process group. `ended` resolves to a sentence that says how the process ended. */
function start(executable: string, options: readonly string[]): { pid: number | undefined; ended: Promise<string> } {
  const child = spawn(executable, options, { detached: true, stdio: ["ignore", "ignore", "pipe"] });
  let printed = "";
  child.stderr.on("data", (text) => {
    printed = `${printed}${text}`.slice(-2000);
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", ({ message }) => resolve(`cannot be started: ${message}`));
    child.once("exit", (code, by) => resolve(`ended early (${by ?? `code ${code}`}): ${printed}`));
  });
  return { pid: child.pid, ended };
}

function signal(group: number | undefined, name: "SIGTERM" | "SIGKILL"): void {
  if (group === undefined) return;
  try {
    process.kill(-group, name);
  } catch {
    // All of its processes have ended.
  }
}
