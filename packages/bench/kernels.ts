/**
 * Every emitted kernel next to its plain twin, through the public operations that run it.
 *
 * A time includes a new result and, for gradients, the walk through a graph of one operation. Operands are pinned, so
 * they are not copied. Which kernel a matrix product runs depends on its shapes and strides: each shape here is one that
 * runs the kernel it is listed under.
 */
import {
  Adam,
  constant,
  crossEntropy,
  Dropout,
  ImageDataset,
  kernels,
  pin,
  type Tensor,
  useKernels,
  variable,
  zeros,
} from "polygrad";
import { bases } from "./bases.ts";
import {
  BATCH,
  backwardTo,
  type Case,
  CLASSES,
  DEGREE,
  drawn,
  FLOAT,
  IMAGES,
  INPUTS,
  linearWeight,
  OUTPUTS,
  polynomialWeight,
  random,
  rate,
  TERMS,
} from "./case.ts";
import { table, time } from "./measure.ts";
import { splines } from "./splines.ts";
import { skippingZeros } from "./zeros.ts";

/** Rows of elementwise operands: [256, 784] float32s fit in a second-level cache. */
const ROWS = 256;
const PARAMETERS = 63_560;

function products(): Case[] {
  const [x, weight, bias] = [drawn(BATCH, INPUTS), linearWeight(OUTPUTS, INPUTS), drawn(OUTPUTS)];
  const [g, a, b] = [drawn(BATCH, OUTPUTS), drawn(256, 256), drawn(256, 256)];
  const [columns, turned] = [weight.transpose(), x.transpose()];
  const work = { flops: 2 * BATCH * INPUTS * OUTPUTS };
  const shape = `${BATCH} x ${INPUTS} x ${OUTPUTS}`;
  return [
    { kernel: "flat", shape, work, run: () => void x.matmul(columns) },
    { kernel: "flat, bias and relu", shape, work, run: () => void x.linear(weight, bias, true) },
    {
      kernel: "flat, of a transpose",
      shape: `${INPUTS} x ${BATCH} x ${OUTPUTS}`,
      work,
      run: () => void turned.matmul(g),
    },
    { kernel: "packed", shape: "256 x 256 x 256", work: { flops: 2 * 256 ** 3 }, run: () => void a.matmul(b) },
  ];
}

/** Two operations for each weight and row; constant terms are not counted, because they are summed only once. */
function polynomials(): Case[] {
  const [x, weight] = [drawn(BATCH, INPUTS), polynomialWeight(OUTPUTS, INPUTS)];
  const [vx, vw] = [variable(x), variable(weight)];
  const work = { flops: 2 * BATCH * INPUTS * OUTPUTS * DEGREE };
  const shape = `[${x.shape}] x [${weight.shape}]`;
  return [
    { kernel: "polynomial", shape, work, run: () => void x.polynomial(weight) },
    { kernel: "polynomial, inputs", shape, work, run: backwardTo([vx], vx.polynomial(weight)) },
    { kernel: "polynomial, weights", shape, work, run: backwardTo([vw], constant(x).polynomial(vw)) },
  ];
}

function elementwisePolynomials(): Case[] {
  const [x, weight] = [drawn(ROWS, INPUTS), drawn(TERMS, INPUTS).transpose()];
  const [vx, vw] = [variable(x), variable(weight)];
  const shape = `[${x.shape}] x [${weight.shape}]`;
  const passes = (count: number) => ({ bytes: count * x.size * FLOAT });
  const name = "elementwise polynomial";
  return [
    { kernel: name, shape, work: passes(2), run: () => void x.elementwisePolynomial(weight) },
    { kernel: `${name}, inputs`, shape, work: passes(3), run: backwardTo([vx], vx.elementwisePolynomial(weight)) },
    {
      kernel: `${name}, weights`,
      shape,
      work: passes(2),
      run: backwardTo([vw], constant(x).elementwisePolynomial(vw)),
    },
  ];
}

function rowWise(): Case[] {
  const [x, weight, bias] = [drawn(BATCH, OUTPUTS), drawn(OUTPUTS), drawn(OUTPUTS)];
  const leaves = [x, weight, bias].map((value) => variable(value));
  const [vx, vw, vb] = leaves;
  const logits = drawn(BATCH, CLASSES);
  const labels = Int32Array.from({ length: BATCH }, () => random.below(CLASSES));
  const leaf = variable(logits);
  const loss = crossEntropy(leaf, labels);
  const passes = (count: number, { size }: Tensor) => ({ bytes: count * size * FLOAT });
  const [norm, entropy] = [{ shape: `[${x.shape}]` }, { shape: `[${logits.shape}]` }];
  return [
    { kernel: "layer norm", ...norm, work: passes(2, x), run: () => void x.layerNorm(weight, bias, 1e-5) },
    {
      kernel: "layer norm, backward",
      ...norm,
      work: passes(3, x),
      run: backwardTo(leaves, vx.layerNorm(vw, vb, 1e-5)),
    },
    { kernel: "cross entropy", ...entropy, work: passes(1, logits), run: () => void crossEntropy(logits, labels) },
    { kernel: "cross entropy, backward", ...entropy, work: passes(2, logits), run: backwardTo([leaf], loss) },
  ];
}

/** A sum stands for all reductions, which share these two loops. */
function reductions(): Case[] {
  const x = drawn(ROWS, INPUTS);
  const [shape, work] = [`[${x.shape}]`, { bytes: x.size * FLOAT }];
  return [
    { kernel: "sum along rows", shape, work, run: () => void x.sum(1) },
    { kernel: "sum down columns", shape, work, run: () => void x.sum(0) },
  ];
}

type Transcendental = "exp" | "expm1" | "log" | "log1p" | "sigmoid" | "softplus" | "tanh";

/** One addition stands for all arithmetic, which shares its loop; the transcendental functions are longer code each. */
function elementwise(): Case[] {
  const [x, y, row] = [drawn(ROWS, INPUTS), drawn(ROWS, INPUTS), drawn(INPUTS)];
  const positive = pin(x.abs());
  const dropout = new Dropout(0.5, { random });
  const [shape, bytes] = [`[${x.shape}]`, x.size * FLOAT];
  const functionsOf = (operand: Tensor, ...names: readonly Transcendental[]): Case[] =>
    names.map((name) => ({ kernel: name, shape, work: { bytes: 2 * bytes }, run: () => void operand[name]() }));
  return [
    { kernel: "add", shape, work: { bytes: 3 * bytes }, run: () => void x.add(y) },
    { kernel: "add a row", shape, work: { bytes: 2 * bytes }, run: () => void x.add(row) },
    ...functionsOf(x, "exp", "expm1", "sigmoid", "softplus", "tanh"),
    ...functionsOf(positive, "log", "log1p"),
    { kernel: "dropout mask, and product", shape, work: { bytes: 4 * bytes }, run: () => void dropout.forward(x) },
  ];
}

/** Adam reads a gradient, and reads and writes a parameter and two states; a gathered byte becomes a float. */
function inPlace(): Case[] {
  const parameter = variable(drawn(PARAMETERS));
  const optimiser = new Adam([parameter]);
  parameter.mul(drawn(PARAMETERS)).sum().backward();
  const pixels = Uint8Array.from({ length: IMAGES * INPUTS }, () => random.below(256));
  const images = new ImageDataset(pixels, [INPUTS], new Uint8Array(IMAGES), CLASSES);
  const [rows, batch] = [random.permutation(IMAGES).slice(0, BATCH), pin(zeros([BATCH, INPUTS]))];
  return [
    {
      kernel: "update, Adam",
      shape: `[${PARAMETERS}]`,
      work: { bytes: 7 * PARAMETERS * FLOAT },
      run: () => optimiser.step(),
    },
    {
      kernel: "gather bytes",
      shape: `[${batch.shape}]`,
      work: { bytes: batch.size * (1 + FLOAT) },
      run: () => images.gatherInto(rows, batch),
    },
  ];
}

export async function benchKernels(): Promise<void> {
  const before = kernels();
  const groups = [
    products,
    ...[polynomials, skippingZeros, elementwisePolynomials, bases, splines],
    ...[rowWise, reductions, elementwise, inPlace],
  ];
  const rows = groups
    .flatMap((group) => group())
    .map(({ kernel, shape, run, work }) => {
      const [simd, plain] = (["simd", "plain"] as const).map((kind) => {
        useKernels(kind);
        return time(run, { seconds: 0.3, least: 3 });
      });
      const times = [simd.min, simd.median, plain.min, plain.median].map((seconds) => (1e6 * seconds).toFixed(0));
      return [kernel, shape, ...times, (plain.min / simd.min).toFixed(1), rate(work, simd.min)];
    });
  useKernels(before);
  table([["kernel", "case", "SIMD best, us", "median", "plain best, us", "median", "ratio", "SIMD best"], ...rows], 2);
}
