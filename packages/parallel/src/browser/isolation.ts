/**
 * Isolates a page from other origins, so that its threads can share memory, on hosts that do not send the headers.
 *
 * One classic script has two roles. In a page, `<script src="isolation.js"></script>` registers it as a service worker,
 * and reloads the page once. As a service worker, it adds the headers to all responses. Where a browser refuses it, the
 * page stays as it is, and one worker trains.
 */

const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Set in the session while the page reloads, so that it does not do so again and again. */
const RELOADED = "polygrad isolation";

/** What TypeScript's library for pages does not declare of service workers. */
declare class ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
declare class FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
declare const clients: { claim(): Promise<void> };
declare function skipWaiting(): Promise<void>;

function addHeaders(): void {
  addEventListener("install", () => void skipWaiting());
  addEventListener("activate", (event) => {
    if (event instanceof ExtendableEvent) event.waitUntil(clients.claim());
  });
  addEventListener("fetch", (event) => {
    if (!(event instanceof FetchEvent)) return;
    const { request } = event;
    // Such a request is not the page's own, and fetch would refuse it.
    if (request.cache === "only-if-cached" && request.mode !== "same-origin") return;
    event.respondWith(fetch(request).then(withHeaders));
  });
}

function withHeaders(response: Response): Response {
  // A response of another origin that hides what it is can only be passed on.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function isolate(script: string): Promise<void> {
  if (crossOriginIsolated) return sessionStorage.removeItem(RELOADED);
  if (!("serviceWorker" in navigator) || sessionStorage.getItem(RELOADED) !== null) return;
  await navigator.serviceWorker.register(script);
  await navigator.serviceWorker.ready;
  sessionStorage.setItem(RELOADED, "once");
  location.reload();
}

if (typeof document === "undefined") addHeaders();
else if (document.currentScript instanceof HTMLScriptElement)
  isolate(document.currentScript.src).catch((error: unknown) => console.warn(`isolation.js: ${error}`));
