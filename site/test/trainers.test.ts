/** Trainings reach the same weights whenever and wherever they run, to the last bit. */
import { weightsSha256 } from "@polygrad/formats";
import { expect, test } from "vitest";
import { Query } from "../playground/app/query.ts";
import { start as startCurves } from "../playground/stages/curves/trainer.ts";
import { printPlane } from "../playground/stages/planes/points.ts";
import { start as startPlanes } from "../playground/stages/planes/trainer.ts";
import type { Trainer } from "../playground/train/trainer.ts";

/** The first digits of the hash after so many steps, with a look at the training every so often. */
async function hashAfter(trainer: Trainer<unknown>, steps: number, lookEvery: number): Promise<string> {
  for (let step = 0; step < steps; step++) {
    trainer.step();
    if (step % lookEvery === 0) trainer.snapshot();
  }
  return (await weightsSha256(trainer.networks)).slice(0, 12);
}

test.each([
  ["", "fc984c2dcc56"],
  ["f=steps&basis=monomial&degree=4&hidden=3&squash=none&lr=0.003&seed=7", "3133b6a3c015"],
])("Curves, %j, reaches the weights that its page shows", async (query, hash) => {
  expect(await hashAfter(startCurves(new Query(query)), 100, 1)).toBe(hash);
  expect(await hashAfter(startCurves(new Query(query)), 100, 33)).toBe(hash);
});

const own = printPlane(
  Array.from({ length: 60 }, (_, k) => ((k * 29) % 61) / 30.5 - 1),
  Array.from({ length: 30 }, (_, k) => k % 3),
);
test.each([
  ["", "dab137ab7238"],
  ["data=moons&noise=5&edges=spline&hidden=3&second=2&seed=3", "6993ad243e09"],
  [`data=own&points=${own}&x=a&y=b&classes=one,two,three`, "74ab5bc4e9a6"],
])("Planes, %j, reaches the weights that its page shows", async (query, hash) => {
  expect(await hashAfter(startPlanes(new Query(query)), 50, 1)).toBe(hash);
  expect(await hashAfter(startPlanes(new Query(query)), 50, 20)).toBe(hash);
});

test("a training learns", () => {
  const curves = startCurves(new Query(""));
  for (let step = 0; step < 500; step++) curves.step();
  const { fits } = curves.snapshot();
  expect(fits.polynomial.error).toBeLessThan(0.01);
  expect(fits.spline.error).toBeLessThan(0.05);
  const planes = startPlanes(new Query(""));
  for (let step = 0; step < 300; step++) planes.step();
  expect(planes.snapshot().test.accuracy).toBeGreaterThan(0.93);
});
