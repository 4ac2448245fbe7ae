/** Sources of random networks give the bits of the network. */
import fc from "fast-check";
import { test } from "vitest";
import { check } from "./check.ts";
import { networks } from "./networks.ts";

test("TypeScript", async () => {
  await fc.assert(
    fc.asyncProperty(networks, ({ model, rows }) => check(model, rows)),
    { numRuns: 25, seed: 1 },
  );
});
