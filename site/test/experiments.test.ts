/** What the experiments of the playground say is what they show. */
import { expect, test } from "vitest";
import { part, read } from "../digits.ts";
import { Query } from "../playground/app/query.ts";
import { experiments as ofCurves } from "../playground/stages/curves/experiments.ts";
import { start as startCurves } from "../playground/stages/curves/trainer.ts";
import { Examiner } from "../playground/stages/digits/examiner.ts";
import { experiments as ofDigits } from "../playground/stages/digits/experiments.ts";
import { experiments as ofPlanes } from "../playground/stages/planes/experiments.ts";
import { start as startPlanes } from "../playground/stages/planes/trainer.ts";
import { datasetOf, trainedDigits } from "./reference.ts";

function curves(title: string, steps: number) {
  const trainer = startCurves(new Query(ofCurves.find((each) => each.title === title)?.query ?? ""));
  for (let step = 0; step < steps; step++) trainer.step();
  const { polynomial, relu, spline } = trainer.snapshot().fits;
  return { polynomial: polynomial.error, relu: relu.error, spline: spline.error };
}

function planes(title: string, steps: number) {
  const trainer = startPlanes(new Query(ofPlanes.find((each) => each.title === title)?.query ?? ""));
  for (let step = 0; step < steps; step++) trainer.step();
  return trainer.snapshot();
}

test("Curves", () => {
  const wave = curves("One unit, one wave", 500);
  expect(wave.polynomial).toBeLessThan(0.02);
  expect(wave.relu).toBeGreaterThan(0.2);
  const kink = curves("A kink", 500);
  expect(kink.relu).toBeLessThan(kink.polynomial / 2);
  for (const error of Object.values(curves("A jump", 100))) expect(error).toBeGreaterThan(0.02);
  // The best straight line through the cubic curve, by least squares, is y = a x with a = 3 * 3 / 5 - 2.3 = -0.5.
  expect(curves("Nothing bends", 1000).polynomial).toBeCloseTo(Math.sqrt(9 / 7 - 10.8 / 5 + 3.24 / 3), 1);
});

test("Planes", () => {
  const circle = planes("A circle in eight numbers", 300);
  expect(circle.parameters).toBe(8);
  expect(circle.test.accuracy).toBeGreaterThan(0.98);
  expect(planes("How to multiply", 500).test.accuracy).toBeGreaterThan(0.97);
  expect(planes("Four kinks are too few", 1000).train.accuracy).toBeLessThan(0.7);
  const free = planes("Too free", 500);
  expect(free.train.accuracy).toBeGreaterThan(0.98);
  expect(free.test.accuracy).toBeLessThan(0.7);
});

test("Digits", async () => {
  const images = datasetOf(part(await read("t10k"), 0, 1000));
  const accuracy = async (title: string, steps: number) => {
    const query = ofDigits.find((each) => each.title === title)?.query ?? "";
    return new Examiner(await trainedDigits(query, steps), { train: images, test: images }).test().accuracy;
  };
  // Ten epochs of 10,000 images in batches of 128.
  const usual = await accuracy("as the page is at first", 790);
  const few = await accuracy("Four units", 790);
  expect(few).toBeGreaterThan(2 / 3);
  expect(few).toBeLessThan(0.85);
  expect(await accuracy("Straight lines", 790)).toBeLessThan(0.9);
  expect(await accuracy("As in the article", 5)).toBeLessThan(0.2);
  expect(await accuracy("As in the article", 50)).toBeGreaterThan(0.35);
  // One epoch of 60,000.
  const all = await accuracy("All of MNIST", 469);
  expect(all).toBeGreaterThan(0.93);
  expect(usual).toBeLessThan(0.93);
}, 240_000);
