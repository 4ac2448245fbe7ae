/** Minutes of training in the playground: the memory of page and workers stays flat. Ten minutes are the whole soak. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SOAK, summarise } from "../../../packages/polygrad/test/soak/amount.ts";
import { open, startBrowser } from "../browser/open.ts";

const MINUTES = 10 * SOAK;
/** The most by which memory may grow, in MiB: to keep 3 KiB at each of 60 frames a second would be 10 MiB in a minute. */
const GROWTH = 8;

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

/** The memory of the page and its workers after a garbage collection, in MiB. */
async function memoryOf(page: Page): Promise<number> {
  const bytes = await page.evaluate(async () => {
    const measure: unknown = Reflect.get(performance, "measureUserAgentSpecificMemory");
    if (typeof measure !== "function") throw new Error("the page is not isolated, so it cannot measure its memory");
    return Number((await measure.call(performance)).bytes);
  });
  return bytes / 2 ** 20;
}

test("memory is flat while networks train", async () => {
  const { page, troubles } = await open(browser, "#/curves");
  const trained = () =>
    page
      .locator(".steps output")
      .textContent()
      .then((text) => Number(text?.replaceAll(",", "")));
  // What is compiled, drawn and cached for the first time is not a leak.
  await page.waitForFunction(
    () => Number(document.querySelector(".steps output")?.textContent?.replaceAll(",", "")) > 500,
  );
  await page.waitForTimeout(10_000);
  const [before, first] = [await memoryOf(page), await trained()];
  const readings = [before];
  const end = Date.now() + 60_000 * MINUTES;
  while (Date.now() < end) {
    await page.waitForTimeout(Math.min(15_000, Math.max(0, end - Date.now())));
    readings.push(await memoryOf(page));
  }
  const steps = (await trained()) - first;
  summarise("playground", {
    minutes: MINUTES,
    steps,
    "MiB before": Number(before.toFixed(1)),
    "MiB after": Number(readings[readings.length - 1].toFixed(1)),
    "MiB at most": Number(Math.max(...readings).toFixed(1)),
  });
  expect(steps).toBeGreaterThan(500);
  expect(readings[readings.length - 1] - before).toBeLessThan(GROWTH);
  expect(troubles).toEqual([]);
  await page.close();
});
