/** What Bun, Deno and newer versions of Node run; `pnpm example` runs start.mjs itself. The examples are in run.ts. */
import "./start.mjs";
