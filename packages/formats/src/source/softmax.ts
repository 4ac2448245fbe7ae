/** Softmax and its logarithm. Read language.ts first. Order of operations: tensor/ops/softmax.ts, tensor/kernels/reduce.ts. */
import { exp, log } from "@polygrad/tensor/internal";
import type { SoftmaxStep } from "../network/steps.ts";
import type { Language, Place } from "./language.ts";

/** Sums have four parts, in double precision: element i is in part i mod 4. */
const PARTS = 4;

export function softmax(language: Language, { logarithm }: SoftmaxStep, { number, x, y, size }: Place): void {
  const { singles: m, doubles } = language;
  const each = (body: () => void) => language.loop("i", "0", String(size), 1, body);
  const [own, result] = [x, y].map((array) => language.element(array, "i"));
  const top = language.variable("single", `top${number}`, language.element(x, "0"));
  each(() => language.assign(top, m.max(top, own)));
  const array = logarithm ? language.array(`powers${number}`, size) : y;
  const power = language.element(array, "i");
  each(() => {
    const shifted = language.variable("single", "t", m.sub(own, top));
    if (logarithm) language.assign(result, shifted);
    language.assign(power, language.narrow(doubles.call("exp", exp, language.widen(shifted))));
  });
  const parts = Array.from({ length: PARTS }, (_, k) => {
    const part = language.variable("double", `part${k}_${number}`, doubles.number(0));
    language.loop("i", String(k), String(size), PARTS, () =>
      language.assign(part, doubles.add(part, language.widen(power))),
    );
    return part;
  });
  const [a, b, c, d] = parts;
  const sum = language.narrow(doubles.add(doubles.add(a, b), doubles.add(c, d)));
  const total = language.variable("single", `total${number}`, sum);
  if (!logarithm) {
    each(() => language.assign(result, m.div(power, total)));
    return;
  }
  const logarithmOf = language.narrow(doubles.call("log", log, language.widen(total)));
  const shift = language.variable("single", `shift${number}`, logarithmOf);
  each(() => language.assign(result, m.sub(result, shift)));
}
