/** The exercise "a polynomial as source": the same bits as the layer. */
import { elementwisePolynomial, normal, Random, tensor } from "polygrad";
import { finding, sameBits } from "./finding.ts";
import type { Check } from "./index.ts";

function isWriter(value: unknown): value is (coefficients: readonly number[]) => string {
  return typeof value === "function";
}

/** The function of that text. */
function compiled(text: string): (x: number) => number {
  const made: unknown = new Function(`return (${text});`)();
  if (typeof made !== "function") throw new Error(`this is the text of no function: ${text}`);
  return (x) => Number(made(x));
}

export const source: Check = ({ source: write }) => {
  if (!isWriter(write)) return [{ claim: "The program exports `source`", fault: "export a function of that name" }];
  const random = new Random(11);
  const compare = (degree: number) => {
    const weight = normal([1, degree + 1], random);
    const x = normal([200, 1], random);
    const f = compiled(write(Array.from(weight.clone().data)));
    sameBits(
      Array.from(x.data, (element) => f(element)),
      elementwisePolynomial(x, weight).clone().data,
    );
  };
  return [
    finding("1 + 2 x + 3 x^2 is 17 at 2", () => sameBits([compiled(write([1, 2, 3]))(2)], [17])),
    finding("A polynomial of degree 3 has the bits of the layer at 200 points", () => compare(3)),
    finding("So has one of degree 8", () => compare(8)),
    finding("A negative coefficient, and a tiny one, are written as numbers", () =>
      sameBits([compiled(write([-0.5, -1e-12, 1]))(1)], tensor([-0.5 + Math.fround(-1e-12 + 1)]).data),
    ),
  ];
};
