/**
 * The service worker: keeps the playground's files, so that it works without a network, and adds the headers that isolate
 * a page from other origins, which most hosts of static files do not send. Without them there is no shared memory.
 */
export {}; // a module, so that its names are its own

declare const self: ServiceWorkerGlobalScope;
/** The files of this build, put in by it: see files.ts. A build with other files makes another service worker. */
declare const __FILES__: readonly string[];

const PREFIX = "polygrad-playground-";
const name = PREFIX + __FILES__.join(" ");

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(name);
    await cache.addAll(["./", ...__FILES__]);
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    const old = names.filter((each) => each.startsWith(PREFIX) && each !== name);
    await Promise.all(old.map((each) => caches.delete(each)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope)) return;
  event.respondWith(answer(request));
});

/** Pages come from the network, so that a new version shows at once; the other files, whose names change with them, do not. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(name);
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept !== undefined && request.mode !== "navigate") return isolated(kept);
  try {
    return isolated(await fetch(request));
  } catch (error) {
    if (kept !== undefined) return isolated(kept);
    throw error;
  }
}

function isolated(response: Response): Response {
  if (response.status === 0 || response.status === 304) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  const { status, statusText, body } = response;
  return new Response(body, { status, statusText, headers });
}
