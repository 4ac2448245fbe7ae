/** Firefox trains too, and a link reaches the same bits there as in Node: two engines, one link, one hash. */
import { text } from "node:stream/consumers";
import { weightsSha256 } from "@polygrad/formats";
import { expect, inject, test } from "vitest";
import { firefox, reportedIn } from "../../../packages/polygrad/test/engines/browser.ts";
import type { Server } from "../../../packages/polygrad/test/engines/server.ts";
import { Query } from "../../playground/app/query.ts";
import { start as startCurves } from "../../playground/stages/curves/trainer.ts";
import { start as startPlanes } from "../../playground/stages/planes/trainer.ts";
import { trainedDigits } from "../reference.ts";
import { serveStatic } from "./static.ts";

/** A page that shows the playground at the address after "?", and reports the hash as soon as it is there. */
const watcher = `<!doctype html><title>Watcher</title><iframe width="1200" height="800"></iframe><script>
  const frame = document.querySelector("iframe");
  frame.src = "/index.html#" + decodeURIComponent(location.search.slice(1));
  setInterval(() => {
    const hash = frame.contentDocument?.querySelector(".hash:not([disabled])")?.title;
    const failure = frame.contentDocument?.querySelector("[role=alert]")?.textContent;
    if (hash || failure) fetch("/report", { method: "POST", body: hash || failure });
  }, 100);
</script>`;

/** Serves the built playground and the watcher. */
async function serveWatched(): Promise<Server> {
  let report = (_: string): void => undefined;
  const reported = new Promise<string>((resolve) => {
    report = resolve;
  });
  const host = await serveStatic(inject("files"), async (request, response) => {
    if (request.method === "POST") {
      report(await text(request));
      response.writeHead(204).end();
    } else if (request.url?.startsWith("/?")) response.writeHead(200, { "Content-Type": "text/html" }).end(watcher);
    else return false;
    return true;
  });
  return { ...host, reported };
}

test.each([
  ["curves", "f=chirp&degree=6&seed=3", 200, startCurves],
  ["planes", "data=moons&seed=3", 100, startPlanes],
] as const)("%s", async (stage, query, steps, start) => {
  const trainer = start(new Query(query));
  for (let step = 0; step < steps; step++) trainer.step();
  expect(await reached(`/${stage}?${query}&step=${steps}`)).toBe(await weightsSha256(trainer.networks));
});

test("digits", async () => {
  const query = "degree=2&hidden=12&seed=3";
  const expected = await weightsSha256({ digits: await trainedDigits(query, 50) });
  expect(await reached(`/digits?${query}&step=50`)).toBe(expected);
});

/** The hash that Firefox reports from a page of the playground. */
async function reached(hash: string): Promise<string> {
  const server = await serveWatched();
  try {
    return await reportedIn(firefox, server, `?${encodeURIComponent(hash)}`);
  } finally {
    server.close();
  }
}
