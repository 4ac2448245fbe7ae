/** `pnpm site:build`: writes the site to site/dist, as files that any host can serve. */
import { build } from "vite";
import { playground } from "./playground.ts";

await build(playground);
