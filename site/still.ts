/** `pnpm site:still`: photographs the playground for the README, in light and dark, at a step that its address gives. */
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { createServer } from "vite";
import { find } from "../packages/polygrad/test/engines/debian.ts";
import { playground } from "./playground.ts";

/** Whoever opens this address sees the same. */
const ADDRESS = "#/planes?step=400";

const server = await createServer({ ...playground, logLevel: "error" });
await server.listen();
const browser = await chromium.launch({
  executablePath: find("chromium", "chromium", "CHROMIUM"),
  args: ["--no-sandbox"],
});
try {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1200, height: 760 } });
    await page.goto(`${server.resolvedUrls?.local[0]}${ADDRESS}`);
    // The hash of the weights is there when the step has been reached.
    await page.locator(".hash:not([disabled])").waitFor();
    await page.waitForTimeout(500);
    await page.screenshot({ path: fileURLToPath(new URL(`../docs/playground-${colorScheme}.png`, import.meta.url)) });
  }
} finally {
  await browser.close();
  await server.close();
}
