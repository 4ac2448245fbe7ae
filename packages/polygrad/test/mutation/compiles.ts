/** Which mutants compile: those that do not can reach nobody, so they do not count. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript-5";
import { changed, type Mutant } from "./mutant.ts";

/**
 * The mutants that compile. One program checks a copy of the file for each mutant, and an unchanged one, whose
 * complaints, such as that a copied class is not the original, are allowed in all.
 */
export function compiling(root: string, mutants: readonly Mutant[]): Mutant[] {
  const original = (file: string): string => readFileSync(join(root, file), "utf8");
  const nameOf = (file: string, copy: number): string => join(root, file.replace(/\.ts$/, `.copy-${copy}.ts`));
  const copies = new Map<string, string>();
  for (const { file } of mutants) copies.set(nameOf(file, -1), original(file));
  for (const [k, mutant] of mutants.entries())
    copies.set(nameOf(mutant.file, k), changed(original(mutant.file), [mutant]));

  const program = programOf(root, copies);
  const complaints = (file: string, copy: number): string[] => {
    const source = program.getSourceFile(nameOf(file, copy));
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n").replaceAll(/copy--?\d+/g, "copy"),
    );
  };
  const allowed = new Map(mutants.map(({ file }) => [file, new Set<string>()]));
  for (const [file, found] of allowed) for (const complaint of complaints(file, -1)) found.add(complaint);
  return mutants.filter(({ file }, k) => complaints(file, k).every((complaint) => allowed.get(file)?.has(complaint)));
}

/** A program of files that are not on the disk, under the options of the project. Unused names are allowed. */
function programOf(root: string, files: ReadonlyMap<string, string>): ts.Program {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const given = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root).options;
  const options = { ...given, noUnusedLocals: false, noUnusedParameters: false };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  // The index declares the methods of Variable, which files use without importing them.
  return ts.createProgram([join(root, "packages/autograd/src/index.ts"), ...files.keys()], options, host);
}
