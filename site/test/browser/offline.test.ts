/** After the first visit the playground needs no network, and its page is isolated even where the host does not see to it. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { hashOf, startBrowser } from "./open.ts";
import { serveStatic } from "./static.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

test("a second visit without a network, to a stage that was not open before", async () => {
  const host = await serveStatic(inject("files"));
  const context = await browser.newContext();
  const page = await context.newPage();
  try {
    await page.goto(`${host.address}#/curves?step=10`);
    await hashOf(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  } finally {
    host.close();
  }
  await page.goto(`${host.address}?again#/planes?step=10`);
  await hashOf(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await context.close();
});
