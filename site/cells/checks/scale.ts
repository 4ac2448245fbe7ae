/** The exercise "a fair scale": test rows in the units of the training rows. */
import { normal, Random, Tensor, tensor } from "polygrad";
import { close, finding } from "./finding.ts";
import type { Check } from "./index.ts";

type Scaled = (train: Tensor, test: Tensor) => readonly Tensor[];

function isScaled(value: unknown): value is Scaled {
  return typeof value === "function";
}

function elementsOf(value: unknown): ArrayLike<number> {
  if (!(value instanceof Tensor)) throw new Error("the function must return two tensors");
  return value.clone().data;
}

export const scale: Check = ({ scaled }) => {
  if (!isScaled(scaled)) return [{ claim: "The program exports `scaled`", fault: "export a function of that name" }];
  const train = tensor([
    [0, 10],
    [2, 30],
  ]);
  return [
    finding("The training rows have mean 0 and variance 1", () =>
      close(elementsOf(scaled(train, train)[0]), [-1, -1, 1, 1]),
    ),
    finding("A test row is scaled as a training row would be: [1, 40] becomes [0, 2]", () =>
      close(elementsOf(scaled(train, tensor([[1, 40]]))[1]), [0, 2]),
    ),
    finding("What becomes of a test row does not depend on the other test rows", () => {
      const random = new Random(5);
      const [rows, tests] = [normal([20, 3], random), normal([8, 3], random)];
      const together = elementsOf(scaled(rows, tests)[1]);
      const alone = elementsOf(scaled(rows, tests.slice(0, 0, 2))[1]);
      close(Array.from(together).slice(0, 6), alone);
    }),
  ];
};
