/** LaTeX. Read print.ts first. */
import type { FunctionName } from "./expression.ts";
import { letters, type Notation, shortest } from "./print.ts";

const commands: Readonly<Record<FunctionName, string>> = {
  relu: "\\operatorname{relu}",
  exp: "\\exp",
  log: "\\ln",
  tanh: "\\tanh",
  sigmoid: "\\sigma",
  softplus: "\\operatorname{softplus}",
  gelu: "\\operatorname{gelu}",
  sqrt: "\\sqrt",
};

/** x1 is x_{1}, h1_2 is h_{1,2}, and names of several letters are upright. */
function subscripted(name: string): string {
  const found = /^([A-Za-z])_?(\w*)$/.exec(name);
  if (found === null || /^[A-Za-z]{2}/.test(name)) return `\\mathrm{${name.replaceAll("_", "\\_")}}`;
  const [, letter, rest] = found;
  return rest === "" ? letter : `${letter}_{${rest.replaceAll("_", ",")}}`;
}

/** LaTeX, for the inside of a formula. */
export const latex: Notation = {
  number(value) {
    const [digits, exponent] = shortest(value).split("e");
    return exponent === undefined ? digits : `${digits} \\cdot 10^{${Number(exponent)}}`;
  },
  name: subscripted,
  product: (factors) => factors.join(" "),
  negative: (term) => `-${term}`,
  power: (base, exponent) => `${base}^{${exponent}}`,
  isBar: true,
  quotient: (top, bottom) => `\\frac{${top}}{${bottom}}`,
  group: (inner) => `\\left(${inner}\\right)`,
  function: (name, argument) =>
    name === "sqrt" ? `\\sqrt{${argument}}` : `${commands[name]}\\left(${argument}\\right)`,
  bspline: (knots, argument) => `B\\left(${argument} \\mid ${knots.join(", ")}\\right)`,
  basis: (basis, order, argument) => `${letters[basis]}_{${order}}\\left(${argument}\\right)`,
};
