/** What takes the place of operators, names and words: the tables of the mutators. */
import ts from "typescript-5";

const K = ts.SyntaxKind;

/** Operators between two operands. */
export const operators: ReadonlyMap<ts.SyntaxKind, readonly string[]> = new Map([
  [K.PlusToken, ["-"]],
  [K.MinusToken, ["+"]],
  [K.AsteriskToken, ["/"]],
  [K.SlashToken, ["*"]],
  [K.PercentToken, ["*"]],
  [K.AsteriskAsteriskToken, ["*"]],
  [K.LessThanToken, ["<=", ">="]],
  [K.LessThanEqualsToken, ["<", ">"]],
  [K.GreaterThanToken, [">=", "<="]],
  [K.GreaterThanEqualsToken, [">", "<"]],
  [K.EqualsEqualsEqualsToken, ["!=="]],
  [K.ExclamationEqualsEqualsToken, ["==="]],
  [K.AmpersandAmpersandToken, ["||"]],
  [K.BarBarToken, ["&&"]],
  [K.PlusEqualsToken, ["-="]],
  [K.MinusEqualsToken, ["+="]],
  [K.AsteriskEqualsToken, ["/="]],
  [K.SlashEqualsToken, ["*="]],
]);

/** Names after a dot: methods that take each other's place, and constants. */
export const names: ReadonlyMap<string, string> = new Map(
  [
    ["add", "sub"],
    ["mul", "div"],
    ["gt", "ge"],
    ["lt", "le"],
    ["eq", "ne"],
    ["max", "min"],
    ["maximum", "minimum"],
    ["sin", "cos"],
    ["sinh", "cosh"],
    ["sum", "mean"],
    ["floor", "ceil"],
    ["some", "every"],
    ["zerosLike", "onesLike"],
    ["at", "indexOf"],
    ["POSITIVE_INFINITY", "NEGATIVE_INFINITY"],
    ["SQRT1_2", "SQRT2"],
    ["LN2", "LN10"],
  ].flatMap(([a, b]): [string, string][] => [
    [a, b],
    [b, a],
  ]),
);

/** Strings that choose between ways to compute. */
export const words: ReadonlyMap<string, string> = new Map([
  ["mean", "sum"],
  ["sum", "none"],
  ["none", "mean"],
  ["cosine", "linear"],
  ["linear", "cosine"],
]);

/** Methods whose first two arguments are not interchangeable. */
export const ordered: ReadonlySet<string> = new Set(["sub", "div", "pow", "where", "slice", "gather", "scatterAdd"]);

/** Objects that hold functions: a call of one of those has no receiver that could stand for its result. */
export const namespaces: ReadonlySet<string> = new Set(
  "Array Float32Array Float64Array Int32Array Math Number Object Reflect Symbol super this".split(" "),
);
