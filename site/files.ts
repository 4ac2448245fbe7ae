/** Tells the service worker which files a build consists of. */
import type { Plugin } from "vite";

/** Larger files, in bytes, are only loaded when they are asked for. */
const MOST = 3e6;

/** The name of the service worker, which must be in the folder that it serves. */
export const SERVICE_WORKER = "service-worker";

export function listFiles(): Plugin {
  return {
    name: "polygrad:list-files",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const worker = bundle[`${SERVICE_WORKER}.js`];
        if (worker?.type !== "chunk") throw new Error(`the build has no ${SERVICE_WORKER}.js`);
        const isKept = ([file, output]: [string, (typeof bundle)[string]]) =>
          file !== worker.fileName &&
          !file.endsWith(".map") &&
          (output.type === "chunk" || output.source.length < MOST);
        const files = Object.entries(bundle)
          .filter(isKept)
          .map(([file]) => file);
        worker.code = worker.code.replaceAll("__FILES__", JSON.stringify(files.sort()));
      },
    },
  };
}
