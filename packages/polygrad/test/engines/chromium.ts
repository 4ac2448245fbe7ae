/** Opens a page in Chromium, without a window, and returns the line that its program prints. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { playwright } from "./install.ts";

const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** The part of playwright-core that is used here. Neither it nor its types are installed in the workspace. */
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

/** The path of Chromium. @throws Error that says what to do if there is none, so that no test is skipped silently. */
function findChromium(): string {
  const named = process.env.CHROMIUM;
  const paths = (process.env.PATH ?? "").split(delimiter).map((directory) => join(directory, "chromium"));
  const found = named ? existsSync(named) && named : paths.find((path) => existsSync(path));
  if (found) return found;
  const where = named ? `at $CHROMIUM, ${named}` : "on the path";
  throw new Error(`no Chromium ${where}; install one ("apt-get install chromium") or give its path in CHROMIUM`);
}

/**
 * Opens a page in the Chromium that $CHROMIUM names, by default the one on the path, with a new profile.
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
