/** `pnpm site:build`: writes `site/dist`, static files that any host can serve. */

import { fileURLToPath } from "node:url";
import { build } from "vitepress";
import { copyPages } from "./docs/copy.ts";

const here = fileURLToPath(new URL("./", import.meta.url));
copyPages(`${here}out/pages`);
await build(`${here}docs`);
