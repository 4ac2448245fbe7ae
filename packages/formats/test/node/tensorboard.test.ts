/** The tracker of event files: what it refuses. packages/formats/test/external reads what it writes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "@polygrad/data";
import { afterAll, expect, test } from "vitest";
import { tensorBoard } from "../../src/node.ts";

const directory = mkdtempSync(join(tmpdir(), "polygrad-tracker-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("each tracker has a file of its own, and begins it at once", () => {
  const runs = join(directory, "a", "b");
  const trackers = [tensorBoard(runs), tensorBoard(runs)];
  expect(readdirSync(runs).length).toBe(2);
  for (const { path } of trackers) expect(readFileSync(path, "latin1")).toContain("brain.Event:2");
  for (const track of trackers) track.close();
});

test("a step that is refused leaves the file as it was", () => {
  const track = tensorBoard(join(directory, "refused"));
  track(0, { loss: 1 });
  const before = readFileSync(track.path);
  expect(() => track(-1, { loss: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: tensorBoard: the step must be an integer from 0 up, got -1]`,
  );
  expect(() => Reflect.apply(track, undefined, [1, { loss: null }])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: tensorBoard: "loss" must be a number, a tensor or a variable, got null]`,
  );
  expect(readFileSync(track.path).equals(before)).toBe(true);
  track.close();
  track.close();
  expect(() => track(1, { loss: 1 })).toThrow(/has been closed; make a new tracker$/);
});

test("a directory that cannot be made gives a FileError that names the file", () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  expect(() => tensorBoard(join(file, "runs"))).toThrow(FileError);
  expect(() => tensorBoard(join(file, "runs"))).toThrow(
    /^tensorBoard: cannot write .*: ENOTDIR.*; check the directory/,
  );
});
