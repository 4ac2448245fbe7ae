/** Networks are taken away as files, with the very bytes that the library writes in Node for the same training. */
import { readFile } from "node:fs/promises";
import { fromOnnx } from "@polygrad/formats";
import type { Browser, Page } from "playwright-core";
import { type Layer, noGrad, tensor } from "polygrad";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Query } from "../../playground/app/query.ts";
import { start as curves } from "../../playground/stages/curves/trainer.ts";
import { start as planes } from "../../playground/stages/planes/trainer.ts";
import { exported } from "../../playground/train/export.ts";
import { type Format, formats } from "../../playground/train/formats.ts";
import { trainedDigits } from "../reference.ts";
import { hashOf, open, startBrowser } from "./open.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

const all: readonly Format[] = ["safetensors", "onnx", "numpy", "typescript", "c", "python", "glsl", "formula"];

/** Chooses a format from the menu. */
async function choose(page: Page, format: Format): Promise<void> {
  await page.getByRole("button", { name: `${formats[format].title} ${formats[format].note}`, exact: true }).click();
}

async function downloaded(page: Page, format: Format): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const download = page.waitForEvent("download");
  await choose(page, format);
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test.each([
  ["curves", "?step=10", curves, 10, "spline"],
  ["planes", "?step=20", planes, 20, "classifier"],
] as const)("%s: every format", async (stage, query, start, steps, name) => {
  const trainer = start(new Query(""));
  const networks: Readonly<Record<string, Layer>> = trainer.networks;
  for (let step = 0; step < steps; step++) trainer.step();
  const { page, troubles } = await open(browser, `#/${stage}${query}`);
  await hashOf(page);
  await page.getByText("Export", { exact: true }).click();
  if (stage === "curves") await page.getByText("B-splines", { exact: true }).last().click();
  for (const format of all) {
    const expected = exported(networks, name, format);
    const file = await downloaded(page, format);
    expect(file.name).toBe(expected.name);
    expect(file.bytes.equals(Buffer.from(expected.content))).toBe(true);
    if (format === "onnx") {
      const x = tensor(stage === "curves" ? [[0.3]] : [[0.3, -0.2]]);
      const [found, own] = [fromOnnx(file.bytes), networks[name]].map((network) =>
        noGrad(() => network.forward(x)).item(),
      );
      expect(found).toBeCloseTo(own, 5);
    }
  }
  expect(await page.locator(".files [role=status]").textContent()).toMatch(/^\w+\.txt, [\d.]+ kB$/);
  expect(troubles).toEqual([]);
  await page.close();
});

test("digits: a network that is too large for a shader is refused in words, and nothing else stops", async () => {
  const query = "hidden=20&degree=3&seed=2";
  const network = await trainedDigits(query, 8);
  const { page, troubles } = await open(browser, `#/digits?${query}&step=8`);
  await hashOf(page);
  await page.getByText("Export", { exact: true }).click();
  for (const format of all.filter((each) => each !== "glsl")) {
    const { name, bytes } = await downloaded(page, format);
    expect(name).toBe(`digits.${formats[format].ending}`);
    expect(bytes.equals(Buffer.from(exported({ digits: network }, "digits", format).content))).toBe(true);
  }
  await choose(page, "glsl");
  await page.getByRole("status").filter({ hasText: "arrays in this language have at most 16384" }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  expect(troubles).toEqual([]);
  await page.close();
});

test("what writes files is loaded when the first is asked for; a click elsewhere or Escape closes the menu", async () => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  const asked: string[] = [];
  context.on("request", (request) => asked.push(request.url()));
  await page.goto(`${inject("address")}#/curves?step=5`);
  await hashOf(page);
  const summary = page.getByText("Export", { exact: true });
  const menu = page.locator("details.menu");
  await summary.click();
  const exporting = () => asked.filter((address) => /\/export-[^/]*\.js$/.test(address)).length;
  expect(asked.length).toBeGreaterThan(3);
  expect(exporting()).toBe(0);
  await downloaded(page, "c");
  expect(exporting()).toBe(1);
  await page.keyboard.press("Escape");
  expect(await menu.getAttribute("open")).toBeNull();
  await summary.click();
  await page.locator("h1").click();
  expect(await menu.getAttribute("open")).toBeNull();
  await context.close();
});
