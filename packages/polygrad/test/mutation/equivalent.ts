/** Mutants that no test can kill, because they compute the same: each with its reason. */

/** A mutant, recognised by its file and its lines before and after the change, and why it survives. */
export interface Explained {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

const RULES = "packages/autograd/src/rules";

const EARLY = "Only frees memory earlier: the walk visits a variable once, so it never reads that gradient again.";
const STAND_IN = "Stands in for a divisor of 0, and what is divided by it is then replaced by 0.";
const SHAPED = "The walk sums every gradient to the shape of its operand, which also removes axes of size one.";
const COPY = "Copies also what need not be copied.";

export const explained: readonly Explained[] = [
  {
    file: "packages/autograd/src/backward.ts",
    before: "const start = new Variable(clone(checkSeed(root, seed)), false);",
    after: "const start = new Variable(clone(checkSeed(root, seed)), true);",
    reason: "Nothing is recorded during this walk, so it does not matter which variables require gradients.",
  },
  {
    file: "packages/autograd/src/backward.ts",
    before: "else leaf.grad = sum.isDense && !taken.has(sum.storage) ? sum : clone(sum);",
    after: "else leaf.grad = Boolean(false) ? sum : clone(sum);",
    reason: COPY,
  },
  {
    file: "packages/autograd/src/walk.ts",
    before: "if (root.requiresGrad)",
    after: "if (Boolean(true))",
    reason: "A result that requires no gradient is not a target and has no inputs, so the walk finds nothing.",
  },
  {
    file: `${RULES}/reduce.ts`,
    before: "const share = shareOfSpread(x, y, axes, options).div(isZero.where(1, deviation));",
    after: "const share = shareOfSpread(x, y, axes, options).div(isZero.where(2, deviation));",
    reason: STAND_IN,
  },
  { file: "packages/autograd/src/walk.ts", before: "gradients.delete(y);", after: "gradients;", reason: EARLY },
  { file: "packages/autograd/src/walk.ts", before: "gradients.delete(y);", after: "{}", reason: EARLY },
  {
    file: "packages/autograd/src/walk.ts",
    before: "for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {",
    after: "for (let top = stack.at(-0); top !== undefined; top = stack.at(-1)) {",
    reason: "At the start the stack has one element, which is the first and the last.",
  },
  {
    file: "packages/autograd/src/check.ts",
    before: "const random = new Random(0);",
    after: "const random = new Random(1);",
    reason: "Weights drawn from any seed serve.",
  },
  {
    file: "packages/autograd/src/check.ts",
    before: ".map((gradient, k) => gradient.mul(directions[k]).sum())",
    after: ".map((gradient, k) => gradient.mul(directions[k]).mean())",
    reason: "Contracts with random weights of another length.",
  },
  {
    file: `${RULES}/join.ts`,
    before: "const sizes = inputs.map(({ shape }) => shape.at(axis) ?? 0);",
    after: "const sizes = inputs.map(({ shape }) => shape.at(axis) ?? 1);",
    reason: "For the compiler: the forward pass has checked that there is such an axis.",
  },
  {
    file: `${RULES}/matmul.ts`,
    before: "(g, _y, a, b) => asMatrix(g, a, b).matmul(right(b).transpose()).sumTo(rowsOf(a)).reshape(a.shape),",
    after: "(g, _y, a, b) => asMatrix(g, a, b).matmul(right(b).transpose()).sumTo(rowsOf(a)),",
    reason: SHAPED,
  },
  {
    file: `${RULES}/matmul.ts`,
    before: "const rowsOf = ({ shape }: Variable): Shape => (shape.length === 1 ? [1, ...shape] : shape);",
    after: "const rowsOf = ({ shape }: Variable): Shape => (shape.length === 0 ? [1, ...shape] : shape);",
    reason: "Summed to [n] instead of [1, n], which then becomes [n] anyway.",
  },
  {
    file: `${RULES}/reduce.ts`,
    before: "return keepDims(g, x, axes).mul(isZero.where(0, x.div(isZero.where(1, length))));",
    after: "return keepDims(g, x, axes).mul(isZero.where(0, x.div(isZero.where(2, length))));",
    reason: STAND_IN,
  },
  {
    file: "packages/nn/src/summary.ts",
    before: 'const rule = "-".repeat(lines[0].length);',
    after: 'const rule = "-".repeat(lines[1].length);',
    reason: "All lines have one length.",
  },
  {
    file: "packages/nn/src/state.ts",
    before: "const values = entries.map(([, , entry]) => (overwritten.has(entry.storage) ? clone(entry) : entry));",
    after: "const values = entries.map(([, , entry]) => (overwritten ? clone(entry) : entry));",
    reason: COPY,
  },
  {
    file: "packages/nn/src/polynomial.ts",
    before: "const rows = x.rank === 2 ? x : x.reshape([x.size / this.inputs, this.inputs]);",
    after: "const rows = Boolean(false) ? x : x.reshape([x.size / this.inputs, this.inputs]);",
    reason: "A shortcut: the general way reshapes two axes to the same two axes.",
  },
  {
    file: "packages/nn/src/polynomial.ts",
    before: "return x.rank === 2 ? y : y.reshape([...x.shape.slice(0, -1), this.outputs]);",
    after: "return Boolean(false) ? y : y.reshape([...x.shape.slice(0, -1), this.outputs]);",
    reason: "A shortcut: the general way reshapes two axes to the same two axes.",
  },
  {
    file: "packages/nn/src/state.ts",
    before: "const values = entries.map(([, , entry]) => (overwritten.has(entry.storage) ? clone(entry) : entry));",
    after: "const values = entries.map(([, , entry]) => (Boolean(true) ? clone(entry) : entry));",
    reason: COPY,
  },
];
