/** The command: reads arguments and files, prints, and gives the exit code. Read usage.ts first. */
import { FileError } from "@polygrad/data";
import { writeAtomically } from "@polygrad/data/node";
import { ArgumentError, MemoryError, ShapeError, ValueError } from "@polygrad/tensor";
import { FormatError } from "../errors.ts";
import { readBytes } from "../node/files.ts";
import { VERSION } from "../version.ts";
import { contentsOf } from "./contents.ts";
import { targetOf } from "./convert.ts";
import { asJson, asText, grouped, layersOf, sha256 } from "./inspect.ts";
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
  const contents = contentsOf(bytes, path);
  return json ? `${asJson(contents, bytes)}\n` : asText(path, contents, bytes);
}

async function convert(from: string, to: string, options: ConvertOptions): Promise<string> {
  const write = targetOf(to);
  const layers = await layersIn(options.layers);
  const contents = contentsOf(await readBytes("convert", from), from);
  const { bytes, model } = write(contents, { ...options, layers }, from);
  await writeAtomically(to, bytes);
  const read = model === undefined ? [] : ["layers", ...layersOf(model).map((line) => `  ${line}`)];
  return `${[`${to}: ${grouped(bytes.length)} bytes, SHA-256 ${sha256(bytes)}`, ...read].join("\n")}\n`;
}

/** The option --layers: JSON, or what the file of that name holds. */
async function layersIn(given: string | undefined): Promise<string | undefined> {
  if (!given?.endsWith(".json")) return given;
  return new TextDecoder().decode(await readBytes("convert", given));
}
