/** The tokens of a TypeScript program, each with what it is to the eye: a keyword, a string, a name. */
import ts from "typescript";

/** What a token looks like. `plain` has no colour of its own. */
export type Colour = "keyword" | "string" | "number" | "comment" | "type" | "call" | "plain";

/** A token, or the white space and comments between two tokens, which the syntax tree leaves out. */
export interface Leaf {
  readonly text: string;
  readonly start: number;
  readonly colour: Colour;
  readonly node: ts.Node | undefined;
}

/** Parses a program that is on its own: its tokens have colours, but nobody knows what its names mean. */
export function parse(text: string): ts.SourceFile {
  return ts.createSourceFile("program.ts", text, ts.ScriptTarget.Latest, true);
}

/** The tokens of a file and what is between them. Put together, their texts are the text of the file. */
export function leavesOf(file: ts.SourceFile): Leaf[] {
  const leaves: Leaf[] = [];
  let end = 0;
  const between = (until: number) => {
    const text = file.text.slice(end, until);
    for (const { 0: part, index } of text.matchAll(/\/\*[\s\S]*?\*\/|\/\/.*|(?:(?!\/[/*])[\s\S])+/g))
      leaves.push({
        text: part,
        start: end + index,
        colour: /^\/[/*]/.test(part) ? "comment" : "plain",
        node: undefined,
      });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const children = node.getChildren(file);
    if (children.length > 0) {
      for (const child of children) visit(child);
      return;
    }
    const start = node.getStart(file, false);
    if (node.end === start) return;
    between(start);
    leaves.push({ text: file.text.slice(start, node.end), start, colour: colourOf(node), node });
    end = node.end;
  };
  visit(file);
  between(file.text.length);
  return leaves;
}

function colourOf(node: ts.Node): Colour {
  const { kind } = node;
  if (kind >= ts.SyntaxKind.FirstKeyword && kind <= ts.SyntaxKind.LastKeyword) return "keyword";
  if (kind === ts.SyntaxKind.NumericLiteral || kind === ts.SyntaxKind.BigIntLiteral) return "number";
  const isTemplate = kind >= ts.SyntaxKind.FirstTemplateToken && kind <= ts.SyntaxKind.LastTemplateToken;
  if (kind === ts.SyntaxKind.StringLiteral || kind === ts.SyntaxKind.RegularExpressionLiteral || isTemplate)
    return "string";
  if (!ts.isIdentifier(node)) return "plain";
  if (/^[A-Z]/.test(node.text) && !/^[A-Z0-9_]+$/.test(node.text)) return "type";
  return isCalled(node) ? "call" : "plain";
}

/** Whether a name is that of a function where it is called or declared. */
function isCalled(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isFunctionDeclaration(parent) || ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent)) return true;
  const callee = ts.isPropertyAccessExpression(parent) && parent.name === name ? parent : name;
  return ts.isCallExpression(callee.parent) && callee.parent.expression === callee;
}
