/** The stage Curves in Chromium. */
import { weightsSha256 } from "@polygrad/formats";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Query } from "../../playground/app/query.ts";
import { start } from "../../playground/stages/curves/trainer.ts";
import { hashOf, messagesIn, open, startBrowser, stepsOf } from "./open.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

test("a visitor sees a training within a few seconds; pause stops the worker", async () => {
  const { page, troubles } = await open(browser, "");
  await page.waitForFunction(() => Number(document.querySelector(".steps output")?.textContent) > 30);
  expect(await messagesIn(page, 1000)).toBeGreaterThan(5);
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  const hash = await hashOf(page);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  const steps = await stepsOf(page);
  expect(await messagesIn(page, 1000)).toBe(0);
  expect(await stepsOf(page)).toBe(steps);
  expect(page.url()).toContain(`step=${steps}`);
  expect(troubles).toEqual([]);
  await page.close();
});

test("a link reaches its step, the same bits as Node, and a good fit", async () => {
  const query = "f=bump&basis=legendre&degree=6&hidden=5&squash=tanh&lr=0.01&seed=4";
  const trainer = start(new Query(query));
  for (let step = 0; step < 700; step++) trainer.step();
  const expected = await weightsSha256(trainer.networks);
  const { page, troubles } = await open(browser, `#/curves?${query}&step=700`);
  expect(await hashOf(page)).toBe(expected);
  expect(await stepsOf(page)).toBe(700);
  const [polynomials] = await page.locator(".contestant output").allTextContents();
  expect(Number(polynomials)).toBeLessThan(0.02);
  // The page's own address, opened elsewhere, is the same state.
  const other = await open(browser, new URL(page.url()).hash);
  expect(await hashOf(other.page)).toBe(expected);
  expect([...troubles, ...other.troubles]).toEqual([]);
  await page.close();
  await other.page.close();
});

test("a curve is drawn with the mouse, changed by keys, and kept in the address", async () => {
  const { page, troubles } = await open(browser, "#/curves?f=kink&step=0");
  await hashOf(page);
  const pad = page.getByRole("slider", { name: /Your curve/ });
  const box = await pad.boundingBox();
  if (box === null) throw new Error("the pad is not visible");
  await page.mouse.move(box.x + 1, box.y + box.height - 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 1, box.y + 40, { steps: 12 });
  await page.mouse.up();
  await page.waitForFunction(() => Number(document.querySelector(".steps output")?.textContent) > 5);
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  const drawn = await hashOf(page);
  const f = new URLSearchParams(page.url().split("?")[1]).get("f");
  expect(f).toMatch(/^[\w-]{86}$/);
  // A straight line rises from the lower left to the upper right.
  const heights = Int8Array.from(atob((f ?? "").replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  expect(heights[0]).toBeLessThan(-80);
  expect(heights[63]).toBeGreaterThan(80);
  expect(heights.every((height, k) => k === 0 || height >= heights[k - 1])).toBe(true);
  const again = await open(browser, new URL(page.url()).hash);
  expect(await hashOf(again.page)).toBe(drawn);
  await again.page.close();
  await pad.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("PageDown");
  await page.waitForFunction((before) => !location.hash.includes(before), f ?? "");
  expect(await pad.getAttribute("aria-valuetext")).toMatch(/^x 1\.00, y /);
  expect(troubles).toEqual([]);
  await page.close();
});
