/** What `inspect` shows: the tensors of a file as a table, and what stands beside them. */
import { createHash } from "node:crypto";
import type { Layer } from "@polygrad/nn";
import { architectureOf } from "../architecture/architecture.ts";
import type { Architecture } from "../architecture/layers.ts";
import { ARCHITECTURE } from "../architecture/model-file.ts";
import { FormatError } from "../errors.ts";
import { isPlain } from "../names.ts";
import type { Contents } from "./contents.ts";

/** The SHA-256 of some bytes in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What a file holds, as JSON. */
export function asJson({ format, tensors, dtypes, metadata }: Contents, bytes: Uint8Array): string {
  const entries = Object.entries(tensors).map(([name, { shape }]) => ({ name, dtype: dtypes[name], shape }));
  return JSON.stringify(
    { format, bytes: bytes.length, sha256: sha256(bytes), tensors: entries, metadata },
    undefined,
    2,
  );
}

/** What a file holds, for people. */
export function asText(path: string, contents: Contents, bytes: Uint8Array): string {
  const { format, tensors, dtypes, metadata, model } = contents;
  const names = Object.keys(tensors);
  const rows = names.map((name) => {
    const { shape, size } = tensors[name];
    return [visible(name), dtypes[name], `[${shape.join(", ")}]`, grouped(size)];
  });
  const total = names.reduce((sum, name) => sum + tensors[name].size, 0);
  const sum = ["", "", names.length === 1 ? "1 tensor" : `${names.length} tensors`, grouped(total)];
  const others = Object.entries(metadata).filter(([name]) => model === undefined || name !== ARCHITECTURE);
  const texts = others.map(([name, value]) => [visible(name), visible(shortened(value))]);
  return [
    `${visible(path)}: ${format}, ${grouped(bytes.length)} bytes`,
    `SHA-256 ${sha256(bytes)}`,
    ...section("", table([["name", "type", "shape", "numbers"], ...rows, sum], "lllr")),
    ...(texts.length === 0 ? [] : section("metadata", table(texts, "ll"))),
    ...(model === undefined
      ? []
      : section(
          "layers",
          layersOrReason(model).map((line) => `  ${line}`),
        )),
    "",
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return ["", ...(title === "" ? [] : [title]), ...lines];
}

/** The layers that a file says, or why they cannot be made. */
function layersOrReason(model: () => Layer): string[] {
  try {
    return layersOf(model());
  } catch (error) {
    if (error instanceof FormatError) return [visible(error.message)];
    throw error;
  }
}

/** The layers of a model, each as it is made: Polynomial(784, 20, { degree: 3, basis: "monomial" }). */
export function layersOf(model: Layer): string[] {
  return linesOf(architectureOf(model));
}

function linesOf([name, ...settings]: Architecture): string[] {
  if (name === "Sequential")
    return settings.flatMap((each) => (Array.isArray(each) ? linesOf([String(each[0]), ...each.slice(1)]) : []));
  return [`${name}(${settings.map(asCode).join(", ")})`];
}

function asCode(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asCode).join(", ")}]`;
  if (!isPlain(value)) return JSON.stringify(value);
  const options = Object.entries(value).map(([name, each]) => `${name}: ${asCode(each)}`);
  return options.length === 0 ? "{}" : `{ ${options.join(", ")} }`;
}

/** The longest text of metadata that is shown whole. */
const LONGEST = 100;

function shortened(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

/** A text of a file without what would move the cursor of a terminal, or change its colours. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** 12345 as "12,345". */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Columns, each aligned to the left ("l") or to the right ("r"). */
function table(rows: readonly (readonly string[])[], alignment: string): string[] {
  const widths = [...alignment].map((_, column) => Math.max(0, ...rows.map((row) => row[column].length)));
  return rows.map((row) => {
    const cells = row.map((cell, k) => (alignment[k] === "r" ? cell.padStart(widths[k]) : cell.padEnd(widths[k])));
    return `  ${cells.join("  ").trimEnd()}`;
  });
}
