/** A report in Chromium: it needs nothing else, shows all its marks, fits a phone, and can be read in light and dark. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { find } from "../../../packages/polygrad/test/engines/debian.ts";
import { standalone } from "../../report/index.ts";
import { charts, frontier, trained } from "./pages.ts";

let directory: string;
let browser: Browser;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "polygrad-report-"));
  browser = await chromium.launch({ executablePath: find("chromium", "chromium", "CHROMIUM"), args: ["--no-sandbox"] });
  await Promise.all([
    writeFile(join(directory, "run.html"), await trained()),
    writeFile(join(directory, "charts.html"), charts()),
  ]);
  await writeFile(join(directory, "figure.svg"), standalone(frontier));
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await rm(directory, { recursive: true, force: true });
});

/** Opens a file, and collects all that it asks for and complains about. */
async function open(name: string, width: number, colorScheme: "light" | "dark" = "light") {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const troubles: string[] = [];
  page.on("console", (message) => troubles.push(message.text()));
  page.on("pageerror", ({ message }) => troubles.push(message));
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) troubles.push(request.url());
  });
  const url = pathToFileURL(join(directory, name)).href;
  await page.goto(url);
  return { page, troubles: troubles.filter((text) => text !== url) };
}

/** How many elements of each figure that is shown match a selector, by the figure's title. */
function marks(page: Page, selector: string): Promise<Record<string, number>> {
  return page.$$eval(
    "svg.drawing",
    (drawings, selected) =>
      Object.fromEntries(
        drawings
          .filter((drawing) => drawing.checkVisibility())
          .map((drawing) => [drawing.querySelector("title")?.textContent, drawing.querySelectorAll(selected).length]),
      ),
    selector,
  );
}

test.each([1100, 375])("the page of a run has all its marks, %i pixels wide", async (width) => {
  const { page, troubles } = await open("run.html", width);
  expect(troubles).toEqual([]);
  const narrow = width < 500;
  const network = "The network";
  const [toUnits, toClasses] = [
    "The strongest edge from a pixel to each hidden unit",
    "The strongest edges from hidden units to each class",
  ];
  expect(await marks(page, "[aria-label=line] path")).toMatchObject({
    "Loss by epoch": 2,
    "Test accuracy by epoch": 1,
  });
  expect(await marks(page, "path.edge")).toMatchObject({ [network]: 20, [toUnits]: 18, [toClasses]: 18 });
  expect(await marks(page, "image")).toMatchObject({
    ...{ [network]: 20, "The most wrong answers": 16, "Energy of the first layer's weights by degree": 4 },
  });
  expect(await marks(page, "rect")).toMatchObject({ "Confusion matrix of the test images": 100 });
  // Each image is a whole PNG file.
  const sizes = await page.$$eval<number[][], SVGImageElement>("image", (images) =>
    Promise.all(
      images.map(async (image) => {
        const bitmap = await createImageBitmap(await (await fetch(image.href.baseVal)).blob());
        return [bitmap.width, bitmap.height];
      }),
    ),
  );
  expect(new Set(sizes.map(String))).toEqual(new Set(["28,28"]));
  expect(await page.locator("svg.drawing:visible").count()).toBe(8);
  expect(narrow).toBe((await page.locator(".wide:visible").count()) === 0);
  await page.close();
});

test("the other charts have all their marks", async () => {
  const { page, troubles } = await open("charts.html", 1100);
  expect(troubles).toEqual([]);
  expect(await marks(page, "[aria-label=line] path")).toMatchObject({ Curves: 2, Frontier: 2, Fits: 6 });
  expect(await marks(page, "[aria-label=area] path")).toMatchObject({ Curves: 2 });
  expect(await marks(page, "[aria-label=dot] :is(circle, path)")).toMatchObject({ Frontier: 7, Fits: 22 });
  expect(await marks(page, "[aria-label=rule] line")).toMatchObject({ Frontier: 6 });
  expect(await marks(page, "[aria-label=cell] rect")).toMatchObject({ Map: 20 });
  await page.close();
});

describe.each(["run.html", "charts.html"])("%s", (name) => {
  test.each([320, 375, 727, 1100])("does not scroll sideways at %i pixels", async (width) => {
    const { page } = await open(name, width);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await page.close();
  });

  test("tells those who do not see it what there is, in order", async () => {
    const { page } = await open(name, 1100);
    const drawings = await page.$$eval("svg.drawing", (all) =>
      all.map((svg) => [
        svg.getAttribute("role"),
        ...["labelledby", "describedby"].map(
          (by) => document.getElementById(svg.getAttribute(`aria-${by}`) ?? "")?.textContent,
        ),
      ]),
    );
    for (const [role, title, description] of drawings) {
      expect(role).toBe("img");
      expect(title).toBeTruthy();
      expect(description?.length).toBeGreaterThan(40);
    }
    const ids = await page.$$eval("[id]", (all) => all.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    const levels = await page.$$eval("h1, h2, h3", (all) => all.map(({ tagName }) => tagName));
    expect(levels.join(" ")).toMatch(/^H1( H2)+$/);
    expect(
      await page.$$eval("table", (all) => all.every((each) => each.caption && each.querySelector("th[scope=row]"))),
    ).toBe(true);
    await page.close();
  });

  test.each(["light", "dark"] as const)("text stands out from what is behind it, %s", async (scheme) => {
    const { page } = await open(name, 1100, scheme);
    const low = await page.evaluate(lowContrasts);
    expect(low).toEqual([]);
    await page.close();
  });
});

/** The texts of a page, outside drawings, whose contrast to their background is below 4.5; runs in the browser. */
function lowContrasts(): string[] {
  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string) => {
    const [r, g, b] = channels(colour).map((c) =>
      c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element): string => {
    for (let each: Element | null = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = [...document.querySelectorAll("body *")].filter((each) =>
    [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
  );
  return texts
    .filter((each) => each.checkVisibility() && !each.closest("title, desc"))
    .flatMap((each) => {
      const style = getComputedStyle(each);
      const drawn = each.closest("svg") !== null;
      // White or dark text on colours: that of cells and of the diagonal, which the colours themselves decide.
      const [front, back] = [
        drawn ? style.fill : style.color,
        drawn ? getComputedStyle(document.body).backgroundColor : behind(each),
      ];
      if (drawn && ["rgb(255, 255, 255)", "rgb(17, 17, 17)", back].includes(front)) return [];
      const [low, high] = [luminance(front), luminance(back)].sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05) < 4.5 ? [`${each.textContent}: ${front} on ${back}`] : [];
    });
}

test.each(["light", "dark"] as const)("a figure as a file has its own colours, %s", async (scheme) => {
  const { page, troubles } = await open("figure.svg", 800, scheme);
  expect(troubles).toEqual([]);
  const [paper, ink] = await page.evaluate(() => {
    const [background, text] = ["rect", "text"].map((name) => document.querySelector(name));
    return [background, text].map((each) => (each ? getComputedStyle(each).fill : ""));
  });
  const brightness = (colour: string) =>
    (colour.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, c) => sum + Number(c), 0);
  expect(brightness(paper) > brightness(ink)).toBe(scheme === "light");
  await page.close();
});
