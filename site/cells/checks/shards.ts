/** The exercise "the same sum for any number of workers". */
import { normal, Random } from "polygrad";
import { finding, sameBits } from "./finding.ts";
import type { Check } from "./index.ts";

function isTotal(value: unknown): value is (shards: readonly Float32Array[], workers: number) => ArrayLike<number> {
  return typeof value === "function";
}

export const shards: Check = ({ total }) => {
  if (!isTotal(total)) return [{ claim: "The program exports `total`", fault: "export a function of that name" }];
  const random = new Random(2);
  const gradients = Array.from({ length: 8 }, () => Float32Array.from(normal([1000], random).data));
  const expected = gradients.reduce((sum, shard) => sum.map((element, i) => element + shard[i]));
  return [
    finding("One worker adds ((a + b) + c) + ..., in float32", () => sameBits(total(gradients, 1), expected)),
    ...[2, 3, 8].map((workers) =>
      finding(`${workers} workers reach the same bits`, () => sameBits(total(gradients, workers), expected)),
    ),
  ];
};
