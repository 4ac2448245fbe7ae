/** The stage Digits in Chromium: it learns, reads drawings, and reaches the bits of its link on any number of workers. */
import { readFile } from "node:fs/promises";
import { weightsSha256 } from "@polygrad/formats";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { trainedDigits } from "../reference.ts";
import { hashOf, open, startBrowser, stepsOf } from "./open.ts";
import { serveStatic } from "./static.ts";

let browser: Browser;
/** Digits as strokes: points from (0, 0) at the upper left of the pad to (1, 1). */
let strokes: Readonly<Record<string, readonly (readonly (readonly [number, number])[])[]>>;
beforeAll(async () => {
  browser = await startBrowser();
  strokes = JSON.parse(await readFile(new URL("strokes.json", import.meta.url), "utf8"));
});
afterAll(() => browser?.close());

/** The figure of this title, at the top of the page. */
async function figure(page: Page, title: string): Promise<string> {
  return (await page.locator(".figures div", { hasText: title }).locator("dd").textContent()) ?? "";
}

/** Draws a digit with the mouse, and returns what the page takes it for. */
async function draw(page: Page, digit: string): Promise<string> {
  await page.getByRole("button", { name: "Clear" }).click();
  const box = await page.locator(".sheet").boundingBox();
  if (box === null) throw new Error("the pad is not visible");
  for (const [first, ...rest] of strokes[digit]) {
    const place = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
    await page.mouse.move(...place(first));
    await page.mouse.down();
    for (const point of rest) await page.mouse.move(...place(point));
    await page.mouse.up();
  }
  const verdict = page.locator(".verdict");
  await verdict.waitFor();
  await page.waitForTimeout(200);
  return (await verdict.textContent()) ?? "";
}

const query = "layer=stable&degree=3&hidden=20&lr=0.01&batch=128&images=10000&seed=5";

test("a link reaches the bits of one thread in Node; drawn digits are read; its own address is the same state", async () => {
  const expected = await weightsSha256({ digits: await trainedDigits(query, 160) });
  const { page, troubles } = await open(browser, `#/digits?${query}&step=160`);
  expect(await hashOf(page)).toBe(expected);
  expect(await stepsOf(page)).toBe(160);
  expect(await figure(page, "Workers")).toContain("shared memory");
  expect(Number.parseFloat(await figure(page, "Right, test images"))).toBeGreaterThan(85);
  const taken: string[] = [];
  for (const digit of Object.keys(strokes)) taken.push(await draw(page, digit));
  expect(taken.filter((each, digit) => each === String(digit)).length).toBeGreaterThanOrEqual(9);
  const again = await open(browser, new URL(page.url()).hash);
  expect(await hashOf(again.page)).toBe(expected);
  expect([...troubles, ...again.troubles]).toEqual([]);
  await page.close();
  await again.page.close();
});

test("where memory cannot be shared, one worker reaches the same bits, and the page says so", async () => {
  const expected = await weightsSha256({ digits: await trainedDigits(query, 40) });
  const host = await serveStatic(inject("files"));
  const page = await browser.newPage({ serviceWorkers: "block" });
  try {
    await page.goto(`${host.address}#/digits?${query}&step=40`);
    expect(await hashOf(page)).toBe(expected);
    expect(await figure(page, "Workers")).toBe("1, the page is not isolated");
  } finally {
    await page.close();
    host.close();
  }
});

test("a visitor sees a training, and pause stops it: no step, no message, no work on any core", async () => {
  const { page, troubles } = await open(browser, "#/digits");
  await page.waitForFunction(() => Number(document.querySelector(".steps output")?.textContent) > 40);
  const client = await browser.newBrowserCDPSession();
  const cpu = async () => {
    const { processInfo } = await client.send("SystemInfo.getProcessInfo");
    return processInfo.reduce((sum, { type, cpuTime }) => sum + (type === "renderer" ? cpuTime : 0), 0);
  };
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  const hash = await hashOf(page);
  const [steps, before] = [await stepsOf(page), await cpu()];
  await page.waitForTimeout(2000);
  expect(await stepsOf(page)).toBe(steps);
  expect(await page.locator(".hash").getAttribute("title")).toBe(hash);
  expect(page.url()).toContain(`step=${steps}`);
  // One core would be 2 s.
  expect((await cpu()) - before).toBeLessThan(0.6);
  expect(troubles).toEqual([]);
  await page.close();
});

test("a digit is drawn with the keyboard, taken back, and read aloud", async () => {
  const { page } = await open(browser, `#/digits?${query}&step=100`);
  await hashOf(page);
  const pad = page.getByRole("slider", { name: /Pad for a digit/ });
  await pad.focus();
  await page.keyboard.press("Delete");
  await page.locator(".verdict").waitFor({ state: "detached" });
  for (let k = 0; k < 9; k++) await page.keyboard.press("ArrowUp");
  await page.keyboard.press(" ");
  for (let k = 0; k < 18; k++) await page.keyboard.press("ArrowDown");
  expect(await pad.getAttribute("aria-valuetext")).toBe("row 24, column 15, pen down");
  await page.keyboard.press(" ");
  await page.waitForFunction(() => document.querySelector(".verdict")?.textContent === "1");
  await page.waitForFunction(() =>
    document.querySelector(".bars [role=status]")?.textContent?.includes("looks like 1"),
  );
  await page.keyboard.press("Backspace");
  await page.locator(".verdict").waitFor({ state: "detached" });
  await page.close();
});

test("a hidden unit is chosen, and its pixels are walked through with the keyboard", async () => {
  const { page } = await open(browser, `#/digits?${query}&step=20`);
  await hashOf(page);
  await page.getByRole("button", { name: "Hidden unit 7", exact: true }).click();
  await page.getByRole("heading", { name: "Unit 7" }).waitFor();
  const pixels = page.getByRole("slider", { name: /A pixel of unit 7/ });
  const before = await pixels.getAttribute("aria-valuetext");
  await pixels.press("ArrowDown");
  const after = (await pixels.getAttribute("aria-valuetext")) ?? "";
  expect(before).toMatch(/^row 11, column 15: −?\d/);
  expect(after).toMatch(/^row 12, column 15: −?\d/);
  expect(after.split(": ")[1]).not.toBe(before?.split(": ")[1]);
  await page.close();
});
