/** The command: reads arguments and files, prints, and gives the exit code. Read usage.ts first. */
import { resolve } from "node:path";
import { FileError } from "@polygrad/data";
import { writeAtomically } from "@polygrad/data/node";
import { ArgumentError, MemoryError, ShapeError, ValueError } from "@polygrad/tensor";
import { FormatError } from "../errors.ts";
import { readBytes } from "../node/files.ts";
import { VERSION } from "../version.ts";
import { contentsOf } from "./contents.ts";
import { targetOf } from "./convert.ts";
import { asJson, asText, grouped, layersOf, sha256, visible } from "./inspect.ts";
import type { Network } from "./network.ts";
import { type ConvertOptions, help, requestOf, UsageError } from "./usage.ts";

/** Where the command prints. */
export interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** What is wrong with a file or a model, and no defect of the command. */
const expected = [FormatError, FileError, ArgumentError, ValueError, ShapeError, MemoryError];

/**
 * Runs the command.
 * @returns the exit code: 0 done, 1 refused, 2 wrong arguments
 */
export async function run(args: readonly string[], { out, error }: Output): Promise<0 | 1 | 2> {
  try {
    const request = requestOf(args);
    if (request.task === "help") out(help);
    else if (request.task === "version") out(`${VERSION}\n`);
    else if (request.task === "inspect") out(await inspect(request.path, request.json));
    else out(await convert(request.from, request.to, request.options));
    return 0;
  } catch (problem) {
    if (problem instanceof UsageError) {
      error(`polygrad-formats: ${problem.message}\nSee npx @polygrad/formats --help\n`);
      return 2;
    }
    if (!expected.some((Known) => problem instanceof Known)) throw problem;
    error(`polygrad-formats: ${problem instanceof Error ? problem.message : problem}\n`);
    return 1;
  }
}

async function inspect(path: string, json: boolean): Promise<string> {
  const bytes = await readBytes("inspect", path);
  // Names and shapes are shown even if a tensor cannot hold an integer exactly.
  const contents = contentsOf(bytes, path, true);
  return json ? `${asJson(contents, bytes)}\n` : asText(path, contents, bytes);
}

async function convert(from: string, to: string, options: ConvertOptions): Promise<string> {
  const write = targetOf(to);
  if (resolve(from) === resolve(to))
    throw new UsageError(`${to}: INPUT and OUTPUT are the same file; choose another OUTPUT`);
  const layers = await layersIn(options.layers);
  const contents = contentsOf(await readBytes("convert", from), from, false);
  const { bytes, network } = write(contents, { ...options, layers }, from);
  await writeAtomically(to, bytes);
  const lines = network === undefined ? [] : reportOf(network);
  return `${[`${to}: ${grouped(bytes.length)} bytes, SHA-256 ${sha256(bytes)}`, ...lines].join("\n")}\n`;
}

/** The layers of a network, and where the tensors of the file went. */
function reportOf({ model, names, isGuess }: Network): string[] {
  const places = Object.entries(names ?? {}).map(([theirs, ours]) => `  ${visible(theirs)} -> ${ours}`);
  const guess = "guessed from names and shapes, with no function after the last; compare them with your forward pass";
  return [
    `layers${isGuess ? ` (${guess})` : ""}`,
    ...layersOf(model).map((line) => `  ${line}`),
    ...(places.length === 0 ? [] : ["weights", ...places]),
  ];
}

/** The option --layers: JSON, or what the file of that name holds. */
async function layersIn(given: string | undefined): Promise<string | undefined> {
  if (!given?.endsWith(".json")) return given;
  return new TextDecoder().decode(await readBytes("convert", given));
}
