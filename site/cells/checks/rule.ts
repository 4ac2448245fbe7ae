/** The exercise "its rule": the derivative of softsign. */
import { checkGradients, tensor, type Variable, variable } from "polygrad";
import { close, finding } from "./finding.ts";
import type { Check } from "./index.ts";

function isOperation(value: unknown): value is (x: Variable) => Variable {
  return typeof value === "function";
}

export const rule: Check = ({ softsign }) => {
  if (!isOperation(softsign))
    return [{ claim: "The program exports `softsign`", fault: "export a function of that name" }];
  const point = tensor([
    [-2, -0.5, 0.3],
    [0.9, 1.5, 4],
  ]);
  const named = { name: "softsign" };
  return [
    finding("The slope is 1 at 0, and 1/4 at 1 and at -1", () => {
      const x = variable([0, 1, -1]);
      softsign(x).sum().backward();
      close(x.grad?.data ?? [], [1, 0.25, 0.25]);
    }),
    finding("checkGradients agrees with the rule", () => void checkGradients(softsign, [point], named)),
    finding(
      "The rule can be differentiated itself: checkGradients agrees with the second derivative",
      () => void checkGradients(softsign, [point], { ...named, order: 2 }),
    ),
  ];
};
