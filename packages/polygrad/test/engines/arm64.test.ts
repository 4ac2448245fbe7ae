/** Same seed, same bits on other hardware: the program trains in Node for arm64, whose processor is emulated. */
import { expect, inject, test } from "vitest";
import { addressOf, reportOf, run } from "./commands.ts";
import { emulated } from "./engines.ts";
import { small } from "./published.ts";
import { serve } from "./server.ts";

test("on arm64, the small case with SIMD kernels", async () => {
  const bundle = inject("bundle");
  const server = await serve(bundle);
  try {
    const report = reportOf(await run([...emulated.command(), bundle, addressOf(server, small.run)]));
    const engine = `${emulated.name}, ${emulated.processor}`;
    expect(report).toMatchObject({ ...small.reached, engine, kernels: "simd", memory: "SharedArrayBuffer" });
  } finally {
    server.close();
  }
});
