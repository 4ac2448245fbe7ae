/** The time that `import "polygrad"` takes in a fresh process, measured on the built files. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { summarise, table } from "./measure.ts";

const measure = (specifier: string) => `
  const start = performance.now();
  await import(${JSON.stringify(specifier)});
  console.log(performance.now() - start);
`;

/** Packages import each other by name. In the workspace these names resolve to sources; this loader hook redirects them. */
const redirect = `
  import { register } from "node:module";
  const hook = "export async function resolve(specifier, context, next) {" +
    "const found = await next(specifier, context);" +
    "return found.url.includes('/src/') ? { ...found, url: found.url.replace('/src/', '/dist/').replace(/ts$/, 'js') } : found; }";
  register("data:text/javascript," + encodeURIComponent(hook));
`;

export async function benchImport(): Promise<void> {
  const built = new URL("../polygrad/dist/index.js", import.meta.url);
  if (!existsSync(fileURLToPath(built))) {
    console.log("import: not measured, because the packages are not built; run pnpm build first\n");
    return;
  }
  const preload = `data:text/javascript,${encodeURIComponent(redirect)}`;
  const times = Array.from({ length: 9 }, () =>
    Number(
      execFileSync(process.execPath, ["--import", preload, "--input-type=module", "-e", measure(built.href)], {
        encoding: "utf8",
      }),
    ),
  );
  const { min, median } = summarise(times);
  table([
    ["import polygrad", "best, ms", "median, ms"],
    ["built files, fresh process", min.toFixed(0), median.toFixed(0)],
  ]);
}
