/** Addresses of Redis servers: what they mean, and that nothing that people read shows the password. */
import { bullmq, deadLetters, work } from "@polygrad/sweep";
import { describe, expect, test } from "vitest";
import { addressOf } from "../../src/bullmq/address.ts";

const tls = {};

test.each([
  ["redis://host", { shown: "redis://host:6379", host: "host", port: 6379, db: 0 }],
  ["redis://host:7000/2", { shown: "redis://host:7000/2", host: "host", port: 7000, db: 2 }],
  ["redis://:secret@host/0", { shown: "redis://***@host:6379/0", host: "host", port: 6379, db: 0, password: "secret" }],
  [
    "rediss://me:a%3A%2F%40%25@[::1]:1",
    { shown: "rediss://***@[::1]:1", host: "::1", port: 1, db: 0, username: "me", password: "a:/@%", tls },
  ],
])("%s", (url, address) => {
  expect(addressOf("test", url)).toEqual(address);
});

describe("a URL that is not such an address is refused without a word of it", () => {
  test.each([
    ["secret", "is not a URL"],
    ["redis://me:sec/ret@host", "is not a URL"],
    ["http://me:secret@host", "begins with another scheme"],
    ["secret:secret", "begins with another scheme"],
    ["redis://me:sec#ret@host", "is not a URL"],
    ["redis://me:secret@host?family=secret", 'has a "?" or a "#"'],
    ["redis://me:secret@host/secret", "does not end with the number of a database"],
    ["redis:secret", "has no host"],
    ["redis://me:secret%@host", 'has a "%"'],
  ])("%s", async (connection, why) => {
    for (const [name, attempt] of [
      ["bullmq", async () => bullmq({ connection })],
      ["work", () => work("./recipe.ts", { connection, out: "nowhere" })],
      ["deadLetters", () => deadLetters({ connection })],
    ] as const) {
      const error = await attempt().then(String, (error: unknown) => error);
      expect(error).toMatchObject({
        name: "ValueError",
        message: expect.stringContaining(`${name}: connection ${why}`),
      });
      expect(String(error)).not.toMatch(/secret|sec|ret@/);
    }
  });
});

test("a queue has a name that is the same in every tool", () => {
  const connection = "redis://host";
  expect(bullmq({ connection, queue: "runs.of-2026_11" }).name).toBe(
    'bullmq, queue "runs.of-2026_11" at redis://host:6379',
  );
  for (const queue of ["", "a:b", "a b", "ä", "x".repeat(101)])
    expect(() => bullmq({ connection, queue })).toThrow(/^bullmq: queue must be a name of letters/);
});
