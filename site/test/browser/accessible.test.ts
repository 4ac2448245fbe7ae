/** Everybody can use the playground: axe finds no fault, all of it fits a phone, and nothing moves for those who ask. */
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashOf, open, startBrowser, stepsOf } from "./open.ts";

declare global {
  interface Window {
    axe: typeof axe;
  }
}

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

test.each([
  ["digits", "light", 1280],
  ["digits", "dark", 390],
  ["curves", "light", 1280],
  ["curves", "dark", 390],
  ["planes", "dark", 1280],
  ["planes", "light", 390],
] as const)("%s, %s, %i pixels wide", async (stage, colorScheme, width) => {
  const { page } = await open(browser, `#/${stage}?step=30`, { colorScheme, viewport: { width, height: 844 } });
  await hashOf(page);
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
  const { violations } = await page.evaluate(() => window.axe.run());
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("; ")}`);
  expect(found).toEqual([]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await page.close();
});

test("nothing moves on its own for those who want no motion", async () => {
  const { page } = await open(browser, "", { reducedMotion: "reduce" });
  await hashOf(page);
  await page.waitForTimeout(500);
  expect(await stepsOf(page)).toBe(0);
  await page.close();
});
