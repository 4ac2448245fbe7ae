/** Chromium without a window: opens a page and gives the line that its program prints. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { playwright } from "./install.ts";

const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** As much of playwright-core as is used; it is not installed in the workspace, so neither are its types. */
interface Playwright {
  readonly chromium: { launch(options: { executablePath: string; args: readonly string[] }): Promise<Browser> };
}

interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

interface Page {
  on(event: "console", listener: (message: { type(): string; text(): string }) => void): unknown;
  on(event: "pageerror", listener: (error: Error) => void): unknown;
  on(event: "crash", listener: () => void): unknown;
  goto(address: string): Promise<unknown>;
}

/** @throws Error saying what to do if there is none: these tests are not to be skipped. */
function findChromium(): string {
  const named = process.env.CHROMIUM;
  const paths = (process.env.PATH ?? "").split(delimiter).map((directory) => join(directory, "chromium"));
  const found = named ? existsSync(named) && named : paths.find((path) => existsSync(path));
  if (found) return found;
  const where = named ? `at $CHROMIUM, ${named}` : "on the path";
  throw new Error(`no Chromium ${where}; install one ("apt-get install chromium") or give its path in CHROMIUM`);
}

/**
 * Opens a page in the Chromium that $CHROMIUM names, or else in the one on the path, with a profile of its own.
 *
 * @returns the first line that the page's program prints
 * @throws Error if there is no Chromium, the program throws, or the page crashes
 */
export async function printedInChromium(address: string): Promise<string> {
  const executablePath = findChromium();
  const { chromium }: Playwright = createRequire(import.meta.url)(await playwright());
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    const page = await browser.newPage();
    const printed = new Promise<string>((resolve, reject) => {
      page.on("console", (message) => message.type() === "log" && resolve(message.text()));
      page.on("pageerror", reject);
      page.on("crash", () => reject(new Error("the page crashed")));
    });
    const [line] = await Promise.all([printed, page.goto(address)]);
    return line;
  } finally {
    await browser.close();
  }
}
