/** Opens pages of the built site in Chromium, and notes what must not happen. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { inject } from "vitest";
import { find } from "../../../packages/polygrad/test/engines/debian.ts";

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: find("chromium", "chromium", "CHROMIUM"), args: ["--no-sandbox"] });
}

export interface Opened {
  readonly page: Page;
  /** What the page complained about, and what it asked other hosts for. */
  readonly troubles: readonly string[];
}

/** Opens the page at this part of its address, such as "#/curves?step=100". */
export async function open(browser: Browser, hash: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const address = inject("address");
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const troubles: string[] = [];
  page.on("console", (message) => troubles.push(message.text()));
  page.on("pageerror", ({ message }) => troubles.push(message));
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(address)) troubles.push(request.url());
  });
  await page.goto(address + hash);
  return { page, troubles };
}

/** The whole hash of the weights, which the page shows once it has paused. */
export async function hashOf(page: Page): Promise<string> {
  const hash = page.locator(".hash:not([disabled])");
  await hash.waitFor();
  return (await hash.getAttribute("title")) ?? "";
}

/** The number of steps that the page shows. */
export async function stepsOf(page: Page): Promise<number> {
  return Number((await page.locator(".steps output").textContent())?.replaceAll(",", ""));
}

/** How many messages the page's worker sends in so many milliseconds. */
export async function messagesIn(page: Page, milliseconds: number): Promise<number> {
  return page.workers()[0].evaluate((wait) => {
    const send = self.postMessage;
    let count = 0;
    self.postMessage = (...message: [unknown]) => {
      count++;
      send(...message);
    };
    return new Promise<number>((resolve) => {
      setTimeout(() => {
        self.postMessage = send;
        resolve(count);
      }, wait);
    });
  }, milliseconds);
}
