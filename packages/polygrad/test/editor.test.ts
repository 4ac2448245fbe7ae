/** What an editor shows for a method: the docstring of the operation, and where it is defined. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript-5";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const program = `${root}packages/polygrad/test/editor-sample.ts`;
const sample = `
import { Polynomial, tensor, variable } from "polygrad";
const x = tensor([[1, 2]]);
const w = variable([[[1, 2, 3]]]);
x.polynomial(w); w.softmax(1); x.transpose(); x.clone(); x.atan(); new Polynomial(2, 1);
`;

/** TypeScript's language service, as editors run it, with one program that exists in memory only. */
function service(): ts.LanguageService {
  const read = (file: string) => (file === program ? sample : ts.sys.readFile(file));
  return ts.createLanguageService({
    getScriptFileNames: () => [program],
    getScriptVersion: () => "1",
    getScriptSnapshot: (file) => {
      const text = read(file);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => ({
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      allowImportingTsExtensions: true,
      noEmit: true,
      strict: true,
      types: [],
    }),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (file) => file === program || ts.sys.fileExists(file),
    realpath: (file) => ts.sys.realpath?.(file) ?? file,
    readFile: read,
  });
}

test("hovering over a method shows the operation's docstring; its definition is the operation", () => {
  const editor = service();
  const at = (name: string) => sample.lastIndexOf(`.${name}(`) + 1;
  for (const [name, file] of [
    ["polynomial", "ops/polynomial.ts"],
    ["softmax", "ops/softmax.ts"],
    ["transpose", "ops/axes.ts"],
    ["atan", "ops/functions.ts"],
  ]) {
    const shown = ts.displayPartsToString(editor.getQuickInfoAtPosition(program, at(name))?.documentation);
    const source = readFileSync(`${root}packages/tensor/src/${file}`, "utf8");
    const [first] = shown.split("\n");
    expect(first.length).toBeGreaterThan(10);
    expect(source).toContain(first);
    const [definition] = editor.getDefinitionAtPosition(program, at(name)) ?? [];
    expect(definition?.fileName).toBe(`${root}packages/tensor/src/${file}`);
    expect(definition?.name).toBe(name);
  }
});
