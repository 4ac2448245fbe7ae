/** How Vite serves and builds the playground. */
import { fileURLToPath } from "node:url";
import type { InlineConfig } from "vite";
import { packDigits } from "./digits.ts";
import { listFiles, SERVICE_WORKER } from "./files.ts";

/** With these headers a page is isolated from other origins, and may use shared memory. */
const isolated = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The playground, which a build writes to dist/play. Its addresses are relative, so that any folder of a host will do. */
export const playground: InlineConfig = {
  configFile: false,
  root: path("playground/"),
  base: "./",
  cacheDir: path("node_modules/.vite/"),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  plugins: [{ name: "digits", buildStart: () => packDigits() }, listFiles()],
  // The packages are hundreds of files: one request each would keep a visitor waiting. Restart after a change to them.
  optimizeDeps: {
    include: [
      "polygrad",
      "@polygrad/formats",
      "@polygrad/parallel",
      "preact",
      "preact/hooks",
      "preact/jsx-dev-runtime",
      "@preact/signals",
    ],
    force: true,
  },
  server: { headers: isolated, host: true },
  preview: { headers: isolated },
  build: {
    outDir: path("dist/play/"),
    emptyOutDir: true,
    target: "es2023",
    rolldownOptions: {
      input: { index: path("playground/index.html"), [SERVICE_WORKER]: path("playground/offline/service-worker.ts") },
      output: { entryFileNames: ({ name }) => (name === SERVICE_WORKER ? "[name].js" : "assets/[name]-[hash].js") },
    },
  },
};
