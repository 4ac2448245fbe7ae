/** Compiles TypeScript source and imports it. */
import { transform } from "esbuild";

/** What a module of this source exports. */
export async function imported(source: string): Promise<Record<string, (x: unknown) => unknown>> {
  const { code } = await transform(source, { loader: "ts" });
  return import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}
