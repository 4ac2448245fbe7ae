/** Checkpoint files: what goes in comes out, and what is damaged, foreign or of another run is refused by name. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeSafetensors, parseSafetensors } from "@polygrad/formats";
import fc from "fast-check";
import { tensor } from "polygrad";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CheckpointDirectory, readCheckpoint } from "../../src/checkpoint/directory.ts";
import { exactJson, parseExact } from "../../src/checkpoint/exact.ts";
import { type Checkpoint, encodeCheckpoint, parseCheckpoint } from "../../src/checkpoint/file.ts";
import { checkIdentity, identityOf } from "../../src/checkpoint/identity.ts";
import { restoreTensors } from "../../src/checkpoint/tensors.ts";

const checkpoint: Checkpoint = {
  identity: identityOf({ hidden: 8, name: "a" }, { seed: 3, clipNorm: undefined }),
  state: {
    position: { steps: 7, random: [1, 2, 3, 4], counters: { steps: 7, "0.taken": 7 } },
    lossSum: 0.1 + 0.2,
    seconds: 1.5,
    history: [
      { epoch: 1, trainLoss: 1 / 3, validation: { loss: Number.NaN }, test: { loss: -0, gap: Infinity }, seconds: 2 },
      { epoch: 2, trainLoss: 1e-300, validation: undefined, test: undefined, seconds: 1 },
    ],
    stopping: { best: Number.NaN, waited: 2 },
  },
  tensors: new Map([
    [
      "model.weight",
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).transpose(),
    ],
    ["optimiser.mean.weight", tensor([0.1, -0])],
  ]),
};

const elements = ({ tensors }: Checkpoint) => [...tensors].map(([name, x]) => [name, x.shape, x.toArray()]);

test("what goes into a file comes out of it", async () => {
  const read = await parseCheckpoint(await encodeCheckpoint(checkpoint), "it");
  expect(read.identity).toEqual(checkpoint.identity);
  expect(read.state).toEqual(checkpoint.state);
  expect(elements(read).sort()).toEqual(elements(checkpoint).sort());
});

test("JSON keeps every number", () => {
  fc.assert(
    fc.property(fc.array(fc.double()), (values) => {
      const read = parseExact(exactJson({ values }));
      expect(read).toEqual({ values });
    }),
  );
});

describe("refused is", () => {
  test("any file in which one bit differs, or that is cut", async () => {
    const bytes = await encodeCheckpoint(checkpoint);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), fc.boolean(), async (at, bit, cut) => {
        const damaged = cut ? bytes.slice(0, at) : Uint8Array.from(bytes);
        if (!cut) damaged[at] ^= 1 << bit;
        await expect(parseCheckpoint(damaged, "it")).rejects.toThrow(/^DataParallel: .*\bit\b/);
      }),
      { numRuns: 300 },
    );
  });

  test("what is not a checkpoint, and a checkpoint of another version", async () => {
    const plain = encodeSafetensors({ weight: tensor([1]) });
    await expect(parseCheckpoint(plain, "w.safetensors")).rejects.toThrowErrorMatchingInlineSnapshot(
      `[CheckpointError: DataParallel: w.safetensors is a safetensors file, but no checkpoint]`,
    );
    const { tensors, metadata } = parseSafetensors(Uint8Array.from(await encodeCheckpoint(checkpoint)));
    const newer = encodeSafetensors(tensors, { metadata: { ...metadata, version: "2" } });
    await expect(parseCheckpoint(newer, "c.safetensors")).rejects.toThrowErrorMatchingInlineSnapshot(
      `[CheckpointError: DataParallel: c.safetensors is a checkpoint of version 2, and this library reads version 1; continue the run with the version of the library that wrote it]`,
    );
  });

  test("a checkpoint of another run: the error names what differs", () => {
    const own = identityOf({ hidden: 9 }, { seed: 4 });
    expect(() => checkIdentity("c", checkpoint.identity, own)).toThrowErrorMatchingInlineSnapshot(
      `[CheckpointError: DataParallel: c is a checkpoint of another run: options.hidden is 8 in the checkpoint, but 9 here; seed is 3 in the checkpoint, but 4 here; options.name is "a" in the checkpoint, but not given here; continue it with its own options, or give this run a directory of its own]`,
    );
    expect(() => checkIdentity("c", checkpoint.identity, { ...checkpoint.identity })).not.toThrow();
  });

  test("tensors that do not fit, before any is copied", () => {
    const places = new Map([
      ["a", tensor([0, 0])],
      ["b", tensor([0])],
    ]);
    const saved = new Map([
      ["a", tensor([1, 2])],
      ["b", tensor([1, 2])],
    ]);
    expect(() => restoreTensors("c", places, saved)).toThrowErrorMatchingInlineSnapshot(
      `[CheckpointError: DataParallel: c does not fit this run: b is of shape [2] in the file and of shape [1] here]`,
    );
    expect(places.get("a")?.toArray()).toEqual([0, 0]);
  });
});

describe("a directory", () => {
  let path = "";
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "polygrad-checkpoints-"));
  });
  afterEach(() => rm(path, { recursive: true }));

  test("keeps the newest files, by steps and not by name, and removes what a killed process has left", async () => {
    const directory = new CheckpointDirectory(join(path, "made/here"));
    await directory.prepare();
    await writeFile(join(directory.path, "checkpoint-000000001.safetensors.abc.part"), "torn");
    await writeFile(join(directory.path, "notes.txt"), "mine");
    await directory.prepare();
    const steps = [999_999_998, 3, 1_000_000_001, 20];
    for (const step of steps) await directory.write(step, Uint8Array.of(step % 256), 2);
    expect((await readdir(directory.path)).sort()).toEqual([
      "checkpoint-1000000001.safetensors",
      "checkpoint-999999998.safetensors",
      "notes.txt",
    ]);
    const [older, newer] = await directory.files();
    expect(await readCheckpoint(newer)).toEqual(await readFile(newer));
    expect(older).toContain("checkpoint-999999998");
  });

  test("that cannot be used is named", async () => {
    const file = join(path, "file");
    await writeFile(file, "");
    await expect(new CheckpointDirectory(join(file, "c")).prepare()).rejects.toThrow(
      /^DataParallel: cannot write .*file.c: .*choose another checkpoint\.directory$/,
    );
    await expect(readCheckpoint(join(path, "none"))).rejects.toThrow(/^DataParallel: cannot read .*none: ENOENT/);
  });
});
