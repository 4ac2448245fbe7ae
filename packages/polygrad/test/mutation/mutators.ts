/** Proposes the mutants of a source file: every small change of what it computes. Read mutant.ts and tokens.ts first. */
import ts from "typescript-5";
import { type Mutant, mutantFrom, type Proposal } from "./mutant.ts";
import { names, namespaces, operators, ordered, words } from "./tokens.ts";

/** Conditions that are always or never met. After a plain `true`, the compiler no longer narrows types in dead code. */
const CONSTANT = ["Boolean(true)", "Boolean(false)"] as const;

/**
 * All mutants of a file, in its order. Types, imports, comments and what a `throw` says are left alone.
 * @param file its path from the root of the repository
 * @param text its content
 */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mutants = new Map<string, Mutant>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isThrowStatement(node) || ts.isImportDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isModuleDeclaration(node)) return;
    for (const proposal of proposals(node, source)) {
      const { start, end, replacement } = proposal[0];
      mutants.set(`${start} ${end} ${replacement}`, mutantFrom(file, source, proposal));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...mutants.values()].toSorted((a, b) => a.start - b.start || a.end - b.end);
}

function* proposals(node: ts.Node, source: ts.SourceFile): Generator<Proposal> {
  const replace = (part: ts.Node, replacement: string, site = node): Proposal => [
    { start: part.getStart(source), end: part.getEnd(), replacement },
    site,
  ];
  const text = (part: ts.Node): string => part.getText(source);

  if (ts.isBinaryExpression(node)) {
    const { left, operatorToken: operator, right } = node;
    if (operator.kind === ts.SyntaxKind.QuestionQuestionToken) yield* [left, right].map((n) => replace(node, text(n)));
    if (!isText(left) && !isText(right))
      for (const other of operators.get(operator.kind) ?? []) yield replace(operator, other);
  } else if (ts.isPrefixUnaryExpression(node)) {
    const { operator, operand } = node;
    if (operator === ts.SyntaxKind.PlusPlusToken) yield replace(node, `--${text(operand)}`);
    else if (operator === ts.SyntaxKind.MinusMinusToken) yield replace(node, `++${text(operand)}`);
    else yield replace(node, text(operand));
  } else if (ts.isPostfixUnaryExpression(node)) {
    const isUp = node.operator === ts.SyntaxKind.PlusPlusToken;
    yield replace(node, `${text(node.operand)}${isUp ? "--" : "++"}`);
  } else if (node.kind === ts.SyntaxKind.TrueKeyword) yield replace(node, "false");
  else if (node.kind === ts.SyntaxKind.FalseKeyword) yield replace(node, "true");
  else if (ts.isNumericLiteral(node)) yield* numbersFor(node).map((n) => replace(node, n));
  else if (ts.isStringLiteral(node)) {
    const other = words.get(node.text);
    if (other !== undefined) yield replace(node, JSON.stringify(other));
  } else if (ts.isIfStatement(node)) {
    yield* CONSTANT.map((value) => replace(node.expression, value));
  } else if (ts.isConditionalExpression(node)) {
    yield* CONSTANT.map((value) => replace(node.condition, value));
  } else if (ts.isForStatement(node) && node.condition !== undefined) yield replace(node.condition, CONSTANT[1]);
  else if (ts.isExpressionStatement(node) && !text(node).startsWith("super(")) yield replace(node, "{}");
  else if (ts.isContinueStatement(node) || ts.isBreakStatement(node)) yield replace(node, "{}");
  else if (ts.isPropertyAccessExpression(node)) {
    const other = names.get(node.name.text);
    if (other !== undefined) yield replace(node.name, other, wholeChain(isCalled(node) ? node.parent : node));
    if (node.questionDotToken !== undefined) yield replace(node.questionDotToken, ".", wholeChain(node));
  } else if (ts.isCallExpression(node)) yield* callsFor(node, replace, text);
}

/** The receiver in place of the call of its method, and the arguments in another order. */
function* callsFor(
  node: ts.CallExpression,
  replace: (part: ts.Node, replacement: string, site?: ts.Node) => Proposal,
  text: (part: ts.Node) => string,
): Generator<Proposal> {
  const { expression: callee, arguments: given } = node;
  if (ts.isIdentifier(callee) && names.has(callee.text)) yield replace(callee, names.get(callee.text) ?? "");
  if (!ts.isPropertyAccessExpression(callee)) return;
  if (!namespaces.has(text(callee.expression)) && wholeChain(node) === node)
    yield replace(node, text(callee.expression));
  const [first, second, ...rest] = given;
  if (ordered.has(callee.name.text) && second !== undefined)
    yield replace(node, `${text(callee)}(${[second, first, ...rest].map(text).join(", ")})`);
}

/** 0 becomes 1, 1 becomes 0 and 2, and any other number becomes one more. */
function numbersFor(node: ts.NumericLiteral): string[] {
  const value = Number(node.text);
  return value === 1 ? ["0", "2"] : [String(value + 1)];
}

/** Whether an operand is, or begins with, text: then + makes a message. */
function isText(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

function isCalled(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && node.parent.expression === node;
}

/** The whole of `a?.b.c()`, which is skipped together if a is undefined. */
function wholeChain(node: ts.Node): ts.Node {
  let whole = node;
  while (ts.isOptionalChain(whole.parent) && whole.parent.expression === whole) whole = whole.parent;
  return whole;
}
