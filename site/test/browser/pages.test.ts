/** Docs and book in Chromium: cells run, exercises are checked, names show their types, and everybody can read. */
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { read } from "../../addresses.ts";
import { exercises } from "../../cells/checks/index.ts";
import { startBrowser } from "./open.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

interface Visit {
  readonly page: Page;
  /** What the page complained about, and what it asked other hosts for. */
  readonly troubles: readonly string[];
}

async function visit(path: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const site = inject("site");
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const troubles: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(message.text());
  });
  page.on("response", (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()} ${response.url()}`);
  });
  page.on("pageerror", ({ message }) => troubles.push(message));
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(site)) troubles.push(request.url());
  });
  await page.goto(site + path, { waitUntil: "load" });
  return { page, troubles };
}

/** Replaces the program of a cell. */
async function write(cell: Locator, program: string): Promise<void> {
  await cell.getByRole("button", { name: "Edit" }).click();
  await cell.getByRole("textbox").fill(program);
}

const statusOf = (cell: Locator) => cell.getByRole("status");

describe("cells", () => {
  test("the programs of the tour, of one page and of others print what the page says", async () => {
    for (const path of ["", "tour.html", "one-page.html", "how-a-gradient-is-computed.html", "packages/nn.html"]) {
      const { page, troubles } = await visit(path);
      const cells = page.locator("live-cell[output]");
      expect(await cells.count()).toBeGreaterThan(0);
      for (const cell of await cells.all()) {
        await cell.getByRole("button", { name: "Run" }).click();
        await expect.poll(() => statusOf(cell).textContent()).toMatch(/^Done in .*printed what the page says\.$/);
      }
      expect(troubles).toEqual([]);
      await page.close();
    }
  });

  test("an edited program runs, and its errors are shown", async () => {
    const { page } = await visit("tour.html");
    const cell = page.locator("live-cell").first();
    await write(cell, 'import { tensor } from "polygrad";\nconsole.log(tensor([1, 2]).add(1), { a: [1, -0] });\n');
    await cell.getByRole("button", { name: "Run" }).click();
    await expect.poll(() => cell.getByLabel("Output").textContent()).toBe("tensor([2, 3]) { a: [ 1, -0 ] }\n");
    await cell.getByRole("textbox").fill('import { zeros } from "polygrad";\nzeros([2]).add(zeros([3]));\n');
    await cell.getByRole("button", { name: "Run" }).click();
    await expect.poll(() => cell.getByLabel("Output").textContent()).toMatch(/^ShapeError: add: .*\[2\].*\[3\]/);
    await cell.getByRole("textbox").fill("const = 1;");
    await cell.getByRole("button", { name: "Run" }).click();
    await expect.poll(() => cell.getByLabel("Output").textContent()).toMatch(/SyntaxError.*1:7/);
    await cell.getByRole("button", { name: "Reset" }).click();
    expect(await cell.getByRole("textbox").inputValue()).toContain("1. A tensor is an array with a shape");
    await page.close();
  });

  test("a loop that never ends can be stopped, and the page does not wait for it", async () => {
    const { page } = await visit("tour.html");
    const cell = page.locator("live-cell").first();
    await write(cell, "for (let i = 0; ; i++) console.log(i);\n");
    await cell.getByRole("button", { name: "Run" }).click();
    await expect.poll(() => cell.getByLabel("Output").textContent()).toMatch(/^0\n/);
    expect(page.workers().length).toBe(1);
    await cell.getByRole("button", { name: "Stop" }).click();
    expect(await statusOf(cell).textContent()).toBe("Stopped.");
    // Chromium gives a busy worker two seconds to end by itself.
    await expect.poll(() => page.workers().length).toBe(0);
    await page.close();
  });

  test("nothing of Polygrad is loaded before a program runs", async () => {
    const { page } = await visit("tour.html");
    const loaded = () => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    expect((await loaded()).filter((name) => /worker|editor/.test(name))).toEqual([]);
    await page.close();
  });
});

describe("exercises", () => {
  const chapter: Readonly<Record<string, string>> = {
    op: "tensor",
    kernel: "tensor",
    rule: "autograd",
    optimiser: "nn",
    layer: "nn",
    scale: "data",
    source: "formats",
    shards: "parallel",
    key: "sweep",
  };

  test("there is one for each check", () => {
    expect(Object.keys(chapter).sort()).toEqual(Object.keys(exercises).sort());
  });

  test.each(Object.entries(chapter))(
    "%s, at the end of %s: the stub is refused, the solution is accepted",
    async (name, at) => {
      const { page, troubles } = await visit(`book/${at}/exercises.html`);
      const cell = page.locator(`live-cell[exercise=${name}]`);
      await cell.getByRole("button", { name: "Check" }).click();
      await expect.poll(() => statusOf(cell).textContent()).toMatch(/^\d of \d checks pass\.$/);
      expect(await cell.locator(".wrong").count()).toBeGreaterThan(0);
      await write(cell, read(`site/book/exercises/${name}/solution.ts`));
      await cell.getByRole("button", { name: "Check" }).click();
      await expect.poll(() => statusOf(cell).textContent()).toBe("Solved.");
      expect(await cell.locator(".wrong").count()).toBe(0);
      expect(troubles).toEqual([]);
      await page.close();
    },
  );
});

describe("the book", () => {
  test("a name shows its type, whether it is defined here, elsewhere or in a function; a call leads to its definition", async () => {
    const { page, troubles } = await visit("book/tensor/kernels/polynomial/forward.html");
    const shown = page.getByRole("tooltip");
    await page.locator("dfn", { hasText: "biasBytes" }).hover();
    await expect.poll(() => shown.textContent()).toContain("function biasBytes(outputs: number): number");
    await page
      .locator(".source pre > span", { hasText: /^biases$/ })
      .first()
      .hover();
    await expect.poll(() => shown.textContent()).toBe('(parameter) biases: Local<"i32">');
    const call = page.locator("pre a", { hasText: "emitRowSums" }).first();
    await call.hover();
    await expect.poll(() => shown.textContent()).toMatch(/^function emitRowSums\(.*Emits the sums/);
    await page.keyboard.press("Escape");
    expect(await shown.count()).toBe(0);
    await call.click();
    await page.waitForURL(/row-sums\.html#emitRowSums$/);
    expect(await page.locator(":target").textContent()).toBe("emitRowSums");
    expect(troubles).toEqual([]);
    await page.close();
  });

  test("a word that is defined twice shows the type that it has at its place", async () => {
    const { page } = await visit("book/autograd/rules/reduce.html");
    const words = page.locator(".source pre > span", { hasText: /^reduced$/ });
    for (const [k, type] of [
      [1, "(parameter) reduced: Variable"],
      [2, "const reduced: number[]"],
    ] as const) {
      await words.nth(k).hover();
      await expect.poll(() => page.getByRole("tooltip").textContent()).toBe(type);
    }
    await page.close();
  });

  test("pages can be turned, from the first to the exercises of the first chapter", async () => {
    const { page } = await visit("book/tensor/tape/taping.html");
    const next = page.getByRole("navigation", { name: "Pages" }).locator("[rel=next]");
    const titles: string[] = [];
    for (let k = 0; k < 4; k++) {
      const address = page.url();
      await next.click();
      await page.waitForURL((url) => url.href !== address);
      titles.push((await page.locator("h1").textContent())?.trim() ?? "");
    }
    expect(titles.map((title) => title.replace(/^\d+ /, ""))).toEqual([
      "index.ts",
      "internal.ts",
      "Exercises",
      "autograd",
    ]);
    await page.close();
  });

  test("a kernel is beside its twin and its WebAssembly", async () => {
    const { page } = await visit("book/tensor/kernels/elementwise.html");
    const panels = page.locator(".panels").first().locator("pre");
    const [simd, twin, wat] = await panels.allTextContents();
    expect(simd).toMatch(/^function emitRows\(/);
    expect(twin).toMatch(/^function eachRow\(/);
    expect(wat).toContain("(f32x4.add $");
    const tops = await panels.evaluateAll((all) => all.map((panel) => panel.getBoundingClientRect().top));
    expect(new Set(tops).size).toBe(1);
    await page.close();
  });

  test("a picture has the colours of the page, also when the theme changes", async () => {
    const { page, troubles } = await visit("book/autograd/backward.html", { colorScheme: "light" });
    const picture = page.getByRole("img", { name: "A neuron" });
    const colours = async () => ({
      node: await picture
        .locator(".operation path")
        .first()
        .evaluate((path) => getComputedStyle(path).fill),
      text: await picture
        .locator(".operation text")
        .first()
        .evaluate((text) => getComputedStyle(text).fill),
    });
    expect(await colours()).toEqual({ node: "rgb(214, 228, 247)", text: "rgb(31, 41, 51)" });
    await page.getByRole("button", { name: "Dark or light" }).click();
    expect(await colours()).toEqual({ node: "rgb(30, 63, 102)", text: "rgb(230, 237, 243)" });
    expect(troubles).toEqual([]);
    await page.close();
  });

  test("the contents find a file by words", async () => {
    const { page } = await visit("book/");
    await page.getByLabel("Find a file").fill("horner power");
    expect(await page.getByRole("status").textContent()).toMatch(/^1 of \d+ files$/);
    expect(await page.locator(".files li:visible").count()).toBe(1);
    await page.close();
  });
});

describe("the docs", () => {
  test("the search finds a word, without asking anybody", async () => {
    const { page, troubles } = await visit("overview.html");
    await page.getByRole("button", { name: "Search" }).first().click();
    await page.getByRole("searchbox").fill("broadcasting");
    const first = page.locator(".result").first();
    await first.waitFor();
    await first.click();
    await page.waitForURL((url) => !url.pathname.endsWith("overview.html"));
    expect((await page.locator("main").textContent())?.toLowerCase()).toContain("broadcast");
    expect(troubles).toEqual([]);
    await page.close();
  });

  test("links load pages; back returns, also to a heading", async () => {
    const { page, troubles } = await visit("overview.html");
    await page.locator(".vp-doc a", { hasText: /^One page$/ }).click();
    await page.waitForURL(/one-page\.html$/);
    await page.locator(".VPDocAsideOutline a").first().click();
    await page.waitForURL(/one-page\.html#/);
    await page.goBack();
    await page.waitForURL(/one-page\.html$/);
    expect(await page.locator("h1").textContent()).toContain("Autograd on one page");
    await page.goBack();
    await page.waitForURL(/overview\.html$/);
    expect(await page.locator("h1").textContent()).toContain("Polygrad");
    expect(troubles).toEqual([]);
    await page.close();
  });
});

describe.each([
  ["dark", 390],
  ["light", 1280],
] as const)("%s, %i pixels wide", (colorScheme, width) => {
  test.each([
    "",
    "overview.html",
    "tour.html",
    "api/autograd.html",
    "results/fit.html",
    "book/",
    "book/tensor/",
    "book/tensor/exercises.html",
    "book/tensor/kernels/elementwise.html",
    "book/autograd/walk.html",
    "book/autograd/backward.html",
    "book/autograd/rules/fused.html",
  ])("/%s: axe finds no serious fault, and nothing is wider than the page", async (path) => {
    const { page, troubles } = await visit(path, { colorScheme, viewport: { width, height: 844 } });
    await page.waitForTimeout(300);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
    const { violations } = await page.evaluate(() => window.axe.run());
    const found = violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(({ html }) => html.slice(0, 200))
            .join("; ")}`,
      );
    expect(found).toEqual([]);
    expect(troubles).toEqual([]);
    await page.close();
  });
});
