/**
 * One program of TypeScript 5.9 over all source files: where each name is defined, and what an editor shows for it.
 *
 * Every name has a key on the page that defines it: what can be linked to has an anchor, such as `Tensor.shape`, and
 * what is local to a function has a number.
 */
import ts from "typescript";
import { root } from "../addresses.ts";

/** A place where something is defined: a position in a file. */
export interface Definition {
  readonly file: string;
  readonly position: number;
}

/** A name in the code. */
export type Name = ts.Identifier | ts.PrivateIdentifier;

/** What an editor shows for a name. */
export type Hover = readonly [type: string, doc: string];

/** The program, with questions about it. Files are named relative to the repository. */
export class Library {
  readonly #service: ts.LanguageService;
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;
  readonly #anchors = new Map<string, ReadonlyMap<number, string>>();

  constructor(files: readonly string[]) {
    const { options } = ts.convertCompilerOptionsFromJson(compilerOptions(), root);
    const texts = new Map<string, ts.IScriptSnapshot>();
    this.#service = ts.createLanguageService({
      getScriptFileNames: () => files.map((file) => root + file),
      // Nothing changes: without this, the service looks at every file again for every question.
      getProjectVersion: () => "1",
      getScriptVersion: () => "1",
      getScriptSnapshot(file) {
        const known = texts.get(file);
        const text = known === undefined ? ts.sys.readFile(file) : undefined;
        if (text !== undefined) texts.set(file, ts.ScriptSnapshot.fromString(text));
        return known ?? texts.get(file);
      },
      getCurrentDirectory: () => root,
      getCompilationSettings: () => options,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      directoryExists: ts.sys.directoryExists,
      realpath: (file) => ts.sys.realpath?.(file) ?? file,
    });
    const program = this.#service.getProgram();
    if (program === undefined) throw new Error("the book: TypeScript has made no program of the sources");
    this.#program = program;
    this.#checker = program.getTypeChecker();
  }

  source(file: string): ts.SourceFile {
    const source = this.#program.getSourceFile(root + file);
    if (source === undefined) throw new Error(`the book: ${file} is not among the sources`);
    return source;
  }

  /** Where a name is defined, if it is anywhere in the repository or in a library. */
  definition(name: Name): Definition | undefined {
    const declaration = this.#declarationOf(name);
    if (declaration === undefined) return undefined;
    const source = declaration.getSourceFile();
    const { fileName } = source;
    const file = fileName.startsWith(root) ? fileName.slice(root.length) : fileName;
    return { file, position: (ts.getNameOfDeclaration(declaration) ?? declaration).getStart(source) };
  }

  #declarationOf(name: Name): ts.Declaration | undefined {
    const symbol = this.#symbolOf(name);
    return symbol?.valueDeclaration ?? symbol?.declarations?.[0];
  }

  /** What a name stands for: of `{ a }`, the variable; of `{ a: 1 }`, the property of the type that is expected there. */
  #symbolOf(name: Name): ts.Symbol | undefined {
    const { parent } = name;
    if (ts.isShorthandPropertyAssignment(parent)) return this.#checker.getShorthandAssignmentValueSymbol(parent);
    if (ts.isPropertyAssignment(parent) && parent.name === name) {
      const expected = this.#checker.getContextualType(parent.parent)?.getProperty(name.text);
      if (expected !== undefined) return expected;
    }
    const symbol = this.#checker.getSymbolAtLocation(name);
    const isAlias = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return isAlias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  /** What an editor shows for a definition: signature and docstring. */
  hover(file: string, position: number): Hover | undefined {
    const info = this.#service.getQuickInfoAtPosition(root + file, position);
    if (info === undefined) return undefined;
    const doc = ts.displayPartsToString(info.documentation).split("\n\n")[0].replace(/\s+/g, " ");
    return [shortened(ts.displayPartsToString(info.displayParts), 400), shortened(doc, 300)];
  }

  /** The type of a name, in the form that editors use: `(parameter) x: number`. Much faster than `hover`. */
  type(name: Name): string | undefined {
    const symbol = this.#symbolOf(name);
    if (symbol === undefined) return undefined;
    const type = this.#checker.getTypeOfSymbolAtLocation(symbol, name);
    return `${kindOf(symbol)}${name.text}: ${shortened(this.#checker.typeToString(type, name), 240)}`;
  }

  /** The anchors of a file's definitions, by position. */
  anchors(file: string): ReadonlyMap<number, string> {
    const known = this.#anchors.get(file);
    if (known !== undefined) return known;
    const anchors = anchorsOf(this.source(file));
    this.#anchors.set(file, anchors);
    return anchors;
  }
}

function kindOf({ flags, valueDeclaration }: ts.Symbol): string {
  if (valueDeclaration !== undefined && ts.isParameter(rootOf(valueDeclaration))) return "(parameter) ";
  if (flags & ts.SymbolFlags.Variable)
    return valueDeclaration !== undefined && ts.getCombinedNodeFlags(valueDeclaration) & ts.NodeFlags.Const
      ? "const "
      : "let ";
  if (flags & ts.SymbolFlags.Method) return "(method) ";
  if (flags & (ts.SymbolFlags.Property | ts.SymbolFlags.Accessor)) return "(property) ";
  return "";
}

/** The declaration that a name in a pattern, such as `{ a: [b] }`, is part of. */
function rootOf(declaration: ts.Node): ts.Node {
  return ts.isBindingElement(declaration) ? rootOf(declaration.parent.parent) : declaration;
}

function compilerOptions(): object {
  const read = (name: string) => ts.readConfigFile(`${root}${name}`, ts.sys.readFile).config.compilerOptions;
  return { ...read("tsconfig.base.json"), ...read("tsconfig.json") };
}

/** A text without the folders of this machine: they stand in types such as `typeof import("/home/...")`. */
function shortened(whole: string, length: number): string {
  const text = whole.replace(/(?<=import\(")[^"]*\/node_modules\//g, "").replaceAll(root, "");
  return text.length > length ? `${text.slice(0, length).trimEnd()} …` : text;
}

/** The definitions of a file that are not inside a function: `sum`, `Tensor.shape`, `options.momentum`. */
function anchorsOf(source: ts.SourceFile): Map<number, string> {
  const anchors = new Map<number, string>();
  const taken = new Set<string>();
  const visit = (node: ts.Node, path: string): void => {
    if (ts.isFunctionLike(node) && node.name === undefined) return;
    const name = nameOf(node);
    let own = path;
    if (name !== undefined) {
      const text = name.text.replace("#", "");
      own = path === "" ? text : `${path}.${text}`;
      // Overloads, and a getter with its setter, have one anchor: that of the first.
      if (!taken.has(own)) anchors.set(name.getStart(source), own);
      taken.add(own);
    }
    if (ts.isFunctionLike(node)) return;
    ts.forEachChild(node, (child) => visit(child, own));
  };
  ts.forEachChild(source, (child) => visit(child, ""));
  return anchors;
}

function nameOf(node: ts.Node): ts.Identifier | ts.PrivateIdentifier | undefined {
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isBindingElement(node) ||
    ts.isClassElement(node) ||
    ts.isTypeElement(node) ||
    ts.isPropertyAssignment(node);
  if (!isNamed || node.name === undefined) return undefined;
  return ts.isIdentifier(node.name) || ts.isPrivateIdentifier(node.name) ? node.name : undefined;
}
