/** Pictures of computations on the pages of the book. Each is drawn from a program in `pictures/`, which the page shows, too. */
import type { Graph } from "@polygrad/formats";
import { read } from "../addresses.ts";
import { programHtml } from "../code/html.ts";
import { drawn } from "../drawing.ts";
import backward from "./pictures/backward.ts";
import crossEntropy from "./pictures/cross-entropy.ts";
import fused from "./pictures/fused.ts";
import linear from "./pictures/linear.ts";
import polynomial from "./pictures/polynomial.ts";
import sequential from "./pictures/sequential.ts";
import softmax from "./pictures/softmax.ts";
import walk from "./pictures/walk.ts";
import { proseHtml } from "./prose.ts";

export interface Picture {
  /** The source file on whose page it is. */
  readonly file: string;
  /** The name of the program. */
  readonly name: string;
  /** What the program exports: drawings by title. */
  readonly drawings: Readonly<Record<string, Graph>>;
  readonly caption: string;
}

export const pictures: readonly Picture[] = [
  {
    file: "packages/tensor/src/ops/softmax.ts",
    name: "softmax",
    drawings: softmax,
    caption: `Both functions are composed of primitive operations. The largest element, 3, is a constant in the record, so the backward
pass does not visit it.

The logarithm is a difference, and not the logarithm of a quotient: where an exponential is too small to be told from 0, its
logarithm would be -Infinity.`,
  },
  {
    file: "packages/autograd/src/walk.ts",
    name: "walk",
    drawings: walk,
    caption: `The record of x² · x at x = 3. The walk begins at \`mul\`, with gradient 1, and goes against the arrows. \`mul\` hands 3 to
\`square\` and 9 to x. \`square\` hands 3 · 2x = 18 to x.

Only then is the gradient of x complete: 9 + 18 = 27, which is 3x². In topological order, the walk comes to x last.`,
  },
  {
    file: "packages/autograd/src/backward.ts",
    name: "backward",
    drawings: backward,
    caption: `The neuron in the README of micrograd, with the same numbers. Every node has its value, and below it the gradient of the
result with respect to it.

\`backward()\` adds the gradients of the five leaves, which are green, to their \`grad\`. The others are dropped as soon as the
walk has passed them on.`,
  },
  {
    file: "packages/autograd/src/rules/fused.ts",
    name: "fused",
    drawings: fused,
    caption: `Layer normalisation of one row. The first drawing is what runs: one kernel, and one node in the record. The second is its
\`composite\`, which defines the operation: tests compare the kernel with it, and second derivatives are taken through it.`,
  },
  {
    file: "packages/nn/src/linear.ts",
    name: "linear",
    drawings: linear,
    caption: `Four samples of three numbers pass a layer with two outputs. One kernel multiplies and adds the bias. The transpose is a
matter of strides, and copies nothing.`,
  },
  {
    file: "packages/nn/src/sequential.ts",
    name: "sequential",
    drawings: sequential,
    caption: "Three layers are two operations: the first computes the linear layer and the ReLU after it.",
  },
  {
    file: "packages/nn/src/polynomial.ts",
    name: "polynomial",
    drawings: polynomial,
    caption: `Four samples of two numbers pass a layer with three outputs. Its six edges have three coefficients each, those of t, t² and
t³ with t = tanh x. The constants of all edges to one output add up to its bias.

Unfolded, the layer is a matrix product of powers and coefficients. The grey [4] holds the exponents 0 to 3, and \`slice\`
drops the powers with exponent 0. The kernel stores no powers.`,
  },
  {
    file: "packages/nn/src/loss.ts",
    name: "cross-entropy",
    drawings: crossEntropy,
    caption: `The cross entropy of one sample whose label is 2. The gradient with respect to the logits is softmax minus one-hot:
0.09, 0.245 and 0.665 - 1.

The kernel computes loss and gradient without the steps in between.`,
  },
];

/** The pictures as HTML, by the file on whose page they are. */
export async function drawPictures(): Promise<ReadonlyMap<string, string>> {
  return new Map(await Promise.all(pictures.map(async (each) => [each.file, await pictureHtml(each)] as const)));
}

/** The caption stands in the column of the prose, the drawings in that of the code. */
async function pictureHtml({ name, drawings, caption }: Picture): Promise<string> {
  const titles = Object.keys(drawings);
  const parts = titles.map(async (title) => {
    const svg = await drawn(drawings[title].toDot(), title);
    return `<div>${titles.length > 1 ? `<p aria-hidden="true">${title}</p>\n` : ""}${svg}</div>`;
  });
  return `<figure class="row picture">
<figcaption class="prose">${proseHtml(caption, () => undefined)}</figcaption>
<div>
<div class="drawings">
${(await Promise.all(parts)).join("\n")}
</div>
<details><summary>The program that draws this</summary><pre tabindex="0">${programHtml(read(`site/book/pictures/${name}.ts`))}</pre></details>
</div>
</figure>`;
}
