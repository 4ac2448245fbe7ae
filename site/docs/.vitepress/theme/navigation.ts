/**
 * Every link loads a page, as on any site. VitePress would fetch a script with the content of the next page instead. Those
 * scripts hold all of the docs a second time, so the build leaves them out.
 */
import type { Router } from "vitepress";

export function loadWholePages(router: Router): void {
  let isLoaded = false;
  router.onBeforeRouteChange = (to) => {
    // The first change is to the page that the browser has loaded.
    if (isLoaded) location.href = to;
    const isFirst = !isLoaded;
    isLoaded = true;
    return isFirst;
  };
  // Back, to another heading of the page: the browser scrolls, and VitePress must not load the page again.
  window.addEventListener("popstate", (event) => event.stopImmediatePropagation(), { capture: true });
}
