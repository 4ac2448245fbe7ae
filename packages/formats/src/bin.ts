#!/usr/bin/env node
/** `npx @polygrad/formats`: see command/usage.ts. */
import { run } from "./command/main.ts";

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
