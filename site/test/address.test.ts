/** Addresses and their settings survive the way there and back, and no link can ask for the impossible. */
import { expect, test } from "vitest";
import { printAddress, readAddress } from "../playground/app/address.ts";
import { Query, queryOf } from "../playground/app/query.ts";
import { readCurves } from "../playground/stages/curves/settings.ts";

test("the settings of a link come back", () => {
  const settings = {
    ...readCurves(new Query("")),
    f: "steps",
    basis: "legendre",
    degree: 9,
    hidden: 3,
    lr: 0.03,
    seed: 42,
  };
  const hash = printAddress({ stage: "curves", query: queryOf(settings), step: 400 });
  expect(hash).toBe("#/curves?f=steps&basis=legendre&degree=9&hidden=3&squash=tanh&lr=0.03&seed=42&step=400");
  const { stage, query, step } = readAddress(hash);
  expect({ stage, step }).toEqual({ stage: "curves", step: 400 });
  expect(readCurves(new Query(query))).toEqual(settings);
});

test("what a link cannot mean is left out", () => {
  const { query, step } = readAddress("#/curves?degree=99&hidden=-1&basis=fourier&lr=7&seed=1e3&step=now");
  expect(step).toBe(undefined);
  expect(readCurves(new Query(query))).toMatchObject({
    ...{ degree: 12, hidden: 6, basis: "chebyshev", lr: 0.01, seed: 1 },
  });
  expect(readAddress("").stage).toBe("curves");
  expect(readAddress("#/nothing?step=12345678901").step).toBe(undefined);
});
