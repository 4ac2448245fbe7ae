/** A host like most hosts of static files: it sends the files of the build, and no headers that isolate a page. */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join } from "node:path";

const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

export interface StaticHost {
  /** With a slash at its end. */
  readonly address: string;
  close(): void;
}

/** @param before answers requests of its own, and says whether it did */
export async function serveStatic(
  directory: string,
  before: (request: IncomingMessage, response: ServerResponse) => Promise<boolean> = async () => false,
): Promise<StaticHost> {
  const server = createServer(async (request, response) => {
    if (await before(request, response)) return;
    const { pathname } = new URL(request.url ?? "", "http://localhost");
    const path = join(directory, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    const file = await readFile(path).catch(() => undefined);
    response.writeHead(file ? 200 : 404, { "Content-Type": types[extname(path)] ?? "" }).end(file);
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
