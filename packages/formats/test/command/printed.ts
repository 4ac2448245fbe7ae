/** Runs the command in a folder with four files: a model, its weights, the weights of an MLP, and an array. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LayerNorm, Linear, loretz2024, Polynomial, ReLU, Sequential } from "@polygrad/nn";
import { normal, Random, type Tensor, tensor } from "@polygrad/tensor";
import { afterAll, beforeEach } from "vitest";
import { run } from "../../src/command/main.ts";
import { encodeModel, encodeNpy, encodeNpz, encodeSafetensors } from "../../src/index.ts";

const directory = mkdtempSync(join(tmpdir(), "polygrad-command-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
export const at = (name: string): string => join(directory, name);
export const read = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(at(name)));

/** What the command prints, without the folder of the test. */
export async function printed(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly error: string }> {
  const [out, error]: [string[], string[]] = [[], []];
  const code = await run(args, { out: (text) => out.push(text), error: (text) => error.push(text) });
  const short = (texts: readonly string[]) => texts.join("").replaceAll(`${directory}/`, "");
  return { code, out: short(out), error: short(error) };
}

const random = new Random(4);
export const model: Sequential = new Sequential(
  new Polynomial(3, 2, { ...loretz2024, initialiser: (shape) => normal(shape, random) }),
  new LayerNorm(2),
  new Polynomial(2, 1, { ...loretz2024, initialiser: (shape) => normal(shape, random) }),
);
export const mlp: Sequential = new Sequential(new Linear(3, 4, { random }), new ReLU(), new Linear(4, 2, { random }));
export const x: Tensor = normal([5, 3], random);

beforeEach(() => {
  writeFileSync(at("model.safetensors"), encodeModel(model, { metadata: { epochs: "3" } }));
  writeFileSync(at("weights.safetensors"), encodeSafetensors(model.stateDict()));
  writeFileSync(at("mlp.npz"), encodeNpz(mlp.stateDict()));
  writeFileSync(at("array.npy"), encodeNpy(tensor([[1, 2, 3]])));
});
