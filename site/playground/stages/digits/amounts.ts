/** How many images the stage Digits can train on. */

export const amounts = [10_000, 60_000] as const;

/** Whether this site has all of them: the other 50,000 are a file of 6 MB, which `pnpm site:build` leaves out by default. */
export const hasAllImages: boolean = import.meta.env.VITE_IMAGES !== "10000";

/** What this site offers. */
export const offered: readonly (typeof amounts)[number][] = hasAllImages ? amounts : [10_000];
