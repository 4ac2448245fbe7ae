/** The hash of a model's weights, by which two runs are compared. */
import { parameters } from "@polygrad/nn";
import { ValueError } from "@polygrad/tensor";

/**
 * The SHA-256 of a model's parameters in the order of the fields, each in row-major order as little-endian float32: equal
 * for two models only if all their weights are equal, bit for bit, once rounded to float32. Buffers, such as running
 * statistics, are not part of it. It uses Web Crypto, which browsers have on pages from https or localhost.
 * @returns 64 hexadecimal digits in lower case
 * @throws ArgumentError if the model is not an object; ValueError where there is no Web Crypto
 */
export async function weightsSha256(model: object): Promise<string> {
  const values = parameters(model).map(({ value }) => value);
  const bytes = new DataView(new ArrayBuffer(4 * values.reduce((sum, { size }) => sum + size, 0)));
  let at = 0;
  for (const value of values)
    for (const weight of value.clone().data) {
      bytes.setFloat32(at, weight, true);
      at += 4;
    }
  const { subtle } = crypto;
  if (subtle === undefined)
    throw new ValueError("weightsSha256: there is no Web Crypto; serve the page over https or from localhost");
  const hash = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
