/** The files that PyTorch wrote: see figures/make_figures.py. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NestedArray } from "@polygrad/tensor";

/** The folder of the stored figures. */
export const FIGURES: string = fileURLToPath(new URL("./figures", import.meta.url));

/** The bytes of a figure. */
export function figure(name: string, folder: string = FIGURES): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)));
}

function json<Value>(name: string, folder: string): Value {
  return JSON.parse(readFileSync(join(folder, name), "utf8"));
}

/** A tensor as Python saw it: its elements as text. */
export interface TensorFigure {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly string[];
}

type ValueFigure = number | string | boolean | null | readonly (number | string | boolean | null)[];

/** What is in zip.pt, legacy.pt and protocol4.pt. */
export function values(folder: string = FIGURES): Readonly<Record<string, TensorFigure | ValueFigure>> {
  return json("values.json", folder);
}

export function isTensorFigure(value: TensorFigure | ValueFigure): value is TensorFigure {
  return typeof value === "object" && value !== null && "dtype" in value;
}

/** What the networks in modules.pt give. */
export function modules(
  folder: string = FIGURES,
): Readonly<Record<string, { readonly inputs: NestedArray; readonly outputs: NestedArray }>> {
  return json("modules.json", folder);
}

/** Files that must be refused by a name. */
export function hostile(folder: string = FIGURES): readonly { readonly refused: string; readonly file: Uint8Array }[] {
  const files: { refused: string; file: string }[] = json("hostile.json", folder);
  return files.map(({ refused, file }) => ({ refused, file: new Uint8Array(Buffer.from(file, "base64")) }));
}

/** A number that Python wrote. */
export function numberOf(text: string): number {
  return Number(text.replace("inf", "Infinity"));
}
