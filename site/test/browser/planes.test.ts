/** The stage Planes in Chromium. */
import { weightsSha256 } from "@polygrad/formats";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Query } from "../../playground/app/query.ts";
import { start } from "../../playground/stages/planes/trainer.ts";
import { hashOf, messagesIn, open, startBrowser, stepsOf } from "./open.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

test("two spirals are told apart, with the same bits as in Node", async () => {
  const trainer = start(new Query(""));
  for (let step = 0; step < 300; step++) trainer.step();
  const { page, troubles } = await open(browser, "#/planes?step=300");
  expect(await hashOf(page)).toBe(await weightsSha256(trainer.networks));
  const [held, training] = (await page.locator(".scores output").allTextContents()).map(Number.parseFloat);
  expect(held).toBeGreaterThan(93);
  expect(training).toBeGreaterThan(98);
  expect(await messagesIn(page, 500)).toBe(0);
  expect(troubles).toEqual([]);
  await page.close();
});

test("a table of one's own is trained on, and its link reaches the same bits", async () => {
  const { page, troubles } = await open(browser, "#/planes?step=0");
  await hashOf(page);
  const rows = Array.from({ length: 90 }, (_, k) => {
    const kind = k % 3;
    return `${(k * 7) % 10},${10 * kind + ((k * 3) % 8)},${["oak", "elm", "fir"][kind]}`;
  });
  await page.locator('input[type="file"]').setInputFiles({
    name: "trees.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`age,height,kind\n${rows.join("\n")}\n`),
  });
  await page.waitForFunction(() => Number(document.querySelector(".steps output")?.textContent) > 100);
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  const hash = await hashOf(page);
  const [held] = (await page.locator(".scores output").allTextContents()).map(Number.parseFloat);
  expect(held).toBeGreaterThan(90);
  expect(await page.locator(".columns select").last().inputValue()).toBe("kind");
  const other = await open(browser, new URL(page.url()).hash);
  expect(await hashOf(other.page)).toBe(hash);
  expect(await stepsOf(other.page)).toBe(await stepsOf(page));
  await page.locator('input[type="file"]').setInputFiles({
    name: "broken.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("a,b\n1,2\n3,4,5\n"),
  });
  await page.getByRole("alert").filter({ hasText: "line 3" }).waitFor();
  expect([...troubles, ...other.troubles]).toEqual([]);
  await page.close();
  await other.page.close();
});

test("an edge is picked with the arrow keys, and its function named", async () => {
  const { page } = await open(browser, "#/planes?step=50");
  await hashOf(page);
  const edges = page.getByRole("slider", { name: "An edge of the network classifier" });
  await edges.focus();
  await page.keyboard.press("End");
  await page.waitForFunction(() => document.querySelector(".lens b")?.textContent === "h4 → y");
  expect(await edges.getAttribute("aria-valuetext")).toMatch(/^h4 → y: .*T/);
  await page.close();
});
