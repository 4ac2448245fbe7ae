/** The exercise "a name for a result": equal options have one key. */
import { finding } from "./finding.ts";
import type { Check } from "./index.ts";

function isKey(value: unknown): value is (options: object) => string {
  return typeof value === "function";
}

export const key: Check = ({ key: keyOf }) => {
  if (!isKey(keyOf)) return [{ claim: "The program exports `key`", fault: "export a function of that name" }];
  const agree = (a: object, b: object) => {
    if (keyOf(a) !== keyOf(b)) throw new Error(`equal options have two keys, ${keyOf(a)} and ${keyOf(b)}`);
  };
  const differ = (a: object, b: object) => {
    if (keyOf(a) === keyOf(b)) throw new Error(`different options have one key, ${keyOf(a)}`);
  };
  return [
    finding("The order of the options does not matter", () => agree({ degree: 3, seed: 0 }, { seed: 0, degree: 3 })),
    finding("Nor does it inside an option", () => agree({ adam: { b: 1, a: [2] } }, { adam: { a: [2], b: 1 } })),
    finding("The order of a list does", () => differ({ sizes: [20, 10] }, { sizes: [10, 20] })),
    finding("A number is not its text", () => differ({ degree: 3 }, { degree: "3" })),
    finding("Infinity, NaN and -0 are numbers of their own", () => {
      differ({ clip: Number.POSITIVE_INFINITY }, { clip: Number.NaN });
      differ({ shift: 0 }, { shift: -0 });
    }),
  ];
};
