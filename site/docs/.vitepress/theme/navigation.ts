/**
 * Every link loads a page, as on any site. VitePress would fetch a script with the content of the next page instead. Those
 * scripts hold all of the docs a second time, so the build leaves them out.
 */
import type { Router } from "vitepress";

/**
 * A script for the head of each page, so that it listens before VitePress does. After "back" to another heading of the
 * page, the browser scrolls by itself, and VitePress must not load the page again.
 */
export const keepPage = 'addEventListener("popstate", (event) => event.stopImmediatePropagation());';

export function loadWholePages(router: Router): void {
  let isLoaded = false;
  router.onBeforeRouteChange = (to) => {
    // The first change is to the page that the browser has loaded.
    if (isLoaded) location.href = to;
    const isFirst = !isLoaded;
    isLoaded = true;
    return isFirst;
  };
}
