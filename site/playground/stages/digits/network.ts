/** The network of the stage Digits: 784 pixels, a hidden layer, ten digits, with a polynomial on every edge. */
import { Flatten, LayerNorm, loretz2024, Polynomial, type Random, Sequential } from "polygrad";
import { PIXELS } from "./codec.ts";
import { DIGITS, type DigitsSettings } from "./settings.ts";

export function networkOf({ layer, degree, hidden }: DigitsSettings, random: Random): Sequential {
  const options = { ...(layer === "loretz2024" ? loretz2024 : {}), degree, random };
  return new Sequential(
    new Flatten(),
    new Polynomial(PIXELS, hidden, options),
    new LayerNorm(hidden),
    new Polynomial(hidden, DIGITS, options),
  );
}
