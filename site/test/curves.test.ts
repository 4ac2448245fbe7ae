/** The curves of the stage Curves, and networks of equal size on them. */
import { parameters } from "polygrad";
import { expect, test } from "vitest";
import { Query } from "../playground/app/query.ts";
import { height, POINTS, printPoints, readPoints, TOP, xOf } from "../playground/stages/curves/points.ts";
import { curveOf, presetNames, presets } from "../playground/stages/curves/presets.ts";
import { networkNames, sizesFor } from "../playground/stages/curves/sizes.ts";
import { start } from "../playground/stages/curves/trainer.ts";

test("a drawn curve is spelt in 86 characters that an address can hold, and read back", () => {
  const curve = Int8Array.from({ length: POINTS }, (_, k) => height(((k * 37) % 64) / 32 - 1));
  const text = printPoints(curve);
  expect(text).toMatch(/^[\w-]{86}$/);
  expect(readPoints(text)).toEqual(curve);
  expect(curveOf(text)).toEqual(curve);
  expect(readPoints("short")).toBe(undefined);
  expect(readPoints("not base64!")).toBe(undefined);
});

test("no height of a preset depends on the last bit of a sine", () => {
  for (const name of presetNames)
    for (let k = 0; k < POINTS; k++) {
      const exact = TOP * presets[name].of(xOf(k));
      expect(Math.abs(exact)).toBeLessThanOrEqual(TOP);
      expect(Math.abs(exact - Math.floor(exact) - 0.5), `${name}, point ${k}`).toBeGreaterThan(1e-9);
    }
});

test("the networks have the sizes that the page shows, and these are as equal as whole units allow", () => {
  for (const degree of [1, 3, 5, 8, 12])
    for (const hidden of [1, 2, 6, 12]) {
      const sizes = sizesFor({ degree, hidden });
      const { networks } = start(new Query(`degree=${degree}&hidden=${hidden}`));
      for (const name of networkNames) {
        const count = parameters(networks[name]).reduce((sum, { value }) => sum + value.size, 0);
        expect(count, `${name}, degree ${degree}, ${hidden} hidden`).toBe(sizes[name].parameters);
      }
      // A unit of the ReLU network has 3 parameters, one of splines 18.
      expect(Math.abs(sizes.relu.parameters - sizes.polynomial.parameters)).toBeLessThanOrEqual(3);
      if (sizes.spline.hidden > 1)
        expect(Math.abs(sizes.spline.parameters - sizes.polynomial.parameters)).toBeLessThanOrEqual(9);
    }
});
