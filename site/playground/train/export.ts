/** A trained network as a file: its weights, its source or its formula. */
import { encodeSafetensors, formula, toSource } from "@polygrad/formats";
import { type Layer, stateDict } from "polygrad";
import type { ExportedFile, Format } from "./messages.ts";

/** @throws Error if there is no network of that name */
export function exported(networks: Readonly<Record<string, Layer>>, name: string, format: Format): ExportedFile {
  const network = networks[name];
  if (network === undefined) throw new Error(`there is no network ${name}; the networks are ${Object.keys(networks)}`);
  switch (format) {
    case "safetensors":
      return {
        name: `${name}.safetensors`,
        type: "application/octet-stream",
        content: Uint8Array.from(encodeSafetensors(stateDict(network))),
      };
    case "typescript":
      return { name: `${name}.ts`, type: "text/plain", content: toSource(network, "typescript") };
    case "formula":
      return { name: `${name}.txt`, type: "text/plain", content: `${formula(network, { precision: 6 })}\n` };
  }
}
