/** `pnpm build`: every package's dist, from nothing, so that it holds no file whose source is gone. */
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";

for (const name of readdirSync("packages")) rmSync(`packages/${name}/dist`, { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "packages/polygrad"], { stdio: "inherit" });
