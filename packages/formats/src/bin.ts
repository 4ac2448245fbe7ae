#!/usr/bin/env node
/** What `npx @polygrad/formats` runs. Read command/main.ts first. */
import { run } from "./command/main.ts";

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
