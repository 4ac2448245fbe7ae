/** Early stopping: Keras' definition of patience, anew in a few lines; its state; and what it refuses. */
import { tensor } from "@polygrad/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EarlyStopping } from "../src/index.ts";
import { refusal } from "./refusal.ts";

const figure = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN));
const settings = fc.record({
  mode: fc.constantFrom("min" as const, "max" as const),
  patience: fc.integer({ min: 1, max: 4 }),
  minimumChange: fc.constantFrom(0, 1, 2),
});

describe("EarlyStopping", () => {
  test("stops as Keras does: when the best of the last `patience` figures is no improvement", () => {
    fc.assert(
      fc.property(fc.array(figure, { maxLength: 12 }), settings, (figures, { mode, patience, minimumChange }) => {
        const stopping = new EarlyStopping({ mode, patience, minimumChange });
        const sign = mode === "min" ? 1 : -1;
        let [best, wait] = [Number.POSITIVE_INFINITY, 0];
        for (const value of figures) {
          const improved = sign * value < best - minimumChange;
          [best, wait] = improved ? [sign * value, 0] : [best, wait + 1];
          expect(stopping.report(value)).toBe(improved);
          expect([stopping.stop, stopping.waited]).toEqual([wait >= patience, wait]);
          expect(stopping.best).toBe(best === Number.POSITIVE_INFINITY ? undefined : sign * best + 0);
        }
      }),
    );
  });

  test("continues from a state, also through JSON", () => {
    fc.assert(
      fc.property(fc.array(figure, { maxLength: 9 }), fc.nat(9), settings, (figures, at, options) => {
        const [one, first, second] = [0, 1, 2].map(() => new EarlyStopping(options));
        for (const value of figures.slice(0, at)) for (const each of [one, first]) each.report(value);
        second.loadStateDict(JSON.parse(JSON.stringify(first.stateDict())));
        for (const value of figures.slice(at)) expect(second.report(value)).toBe(one.report(value));
        expect([second.best, second.waited, second.stop]).toEqual([one.best, one.waited, one.stop]);
      }),
    );
  });

  test("minimises with a patience of 10 by default", () => {
    expect(new EarlyStopping()).toMatchObject({ mode: "min", patience: 10, minimumChange: 0, stop: false, waited: 0 });
  });

  test("refuses options, figures and states that do not fit, and says what arrived", () => {
    // @ts-expect-error Keras' name
    expect(refusal(() => new EarlyStopping({ minDelta: 1 }))).toMatchInlineSnapshot(
      `"ArgumentError: EarlyStopping: there is no option "minDelta"; the options are mode, patience, minimumChange"`,
    );
    // @ts-expect-error a word that is no mode
    expect(refusal(() => new EarlyStopping({ mode: "auto" }))).toMatchInlineSnapshot(
      `"ArgumentError: EarlyStopping: mode must be "min" or "max", got "auto""`,
    );
    for (const patience of [0, 1.5, Number.POSITIVE_INFINITY])
      expect(refusal(() => new EarlyStopping({ patience }))).toMatch(/patience must be a positive integer, got/);
    expect(refusal(() => new EarlyStopping({ minimumChange: -1 }))).toMatchInlineSnapshot(
      `"ValueError: EarlyStopping: minimumChange must lie in [0, Infinity), got -1"`,
    );
    const stopping = new EarlyStopping();
    // @ts-expect-error a tensor, whose item() was forgotten
    expect(refusal(() => stopping.report(tensor(1)))).toMatchInlineSnapshot(
      `"ArgumentError: EarlyStopping: the figure must be a number, got a Tensor"`,
    );
    stopping.report(2);
    expect(refusal(() => stopping.loadStateDict({ best: tensor(1), waited: tensor(-1) }))).toMatchInlineSnapshot(
      `"ValueError: EarlyStopping: waited must be an integer from 0 up, got -1"`,
    );
    expect(refusal(() => stopping.loadStateDict({ best: tensor([1, 2]), waited: tensor(1) }))).toMatchInlineSnapshot(
      `"ShapeError: EarlyStopping: best must have 1 element(s), got a tensor of shape [2]"`,
    );
    expect(refusal(() => stopping.loadStateDict({ best: tensor(1) }))).toMatchInlineSnapshot(
      `"ValueError: EarlyStopping: missing waited; pass what stateDict() of an EarlyStopping has returned"`,
    );
    expect(stopping.best).toBe(2);
  });
});
