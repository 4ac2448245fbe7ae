// The hooks of trace.mjs; they run on a thread of their own.
import { appendFileSync } from "node:fs";

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  appendFileSync(process.env.TRACE, `${resolved.url}\n`);
  return resolved;
}
