/** Kernels, each with the sizes that it is compiled for in the book: small ones, so that the code is short. */
import { accumulateKernel } from "../../packages/tensor/src/kernels/accumulate.ts";
import {
  elementwiseBasisInputsKernel,
  elementwiseBasisKernel,
  elementwiseBasisWeightsKernel,
} from "../../packages/tensor/src/kernels/basis/elementwise.ts";
import { basisKernel, basisListsKernel } from "../../packages/tensor/src/kernels/basis/forward.ts";
import { basisInputsKernel } from "../../packages/tensor/src/kernels/basis/inputs.ts";
import { basisListsWeightsKernel, basisWeightsKernel } from "../../packages/tensor/src/kernels/basis/weights.ts";
import { crossEntropyGradientKernel, crossEntropyKernel } from "../../packages/tensor/src/kernels/cross-entropy.ts";
import { dropoutMaskKernel } from "../../packages/tensor/src/kernels/dropout-mask.ts";
import { doubleKernel, singleKernel } from "../../packages/tensor/src/kernels/elementwise.ts";
import { gatherBytes } from "../../packages/tensor/src/kernels/gather.ts";
import type { Kernel } from "../../packages/tensor/src/kernels/kernel.ts";
import { layerNormGradientKernel, layerNormKernel } from "../../packages/tensor/src/kernels/layer-norm.ts";
import { flatKernel } from "../../packages/tensor/src/kernels/matmul/flat.ts";
import { packedKernel } from "../../packages/tensor/src/kernels/matmul/packed.ts";
import {
  elementwiseInputsKernel,
  elementwisePolynomialKernel,
  elementwiseWeightsKernel,
} from "../../packages/tensor/src/kernels/polynomial/elementwise.ts";
import { polynomialKernel } from "../../packages/tensor/src/kernels/polynomial/forward.ts";
import { polynomialInputsKernel } from "../../packages/tensor/src/kernels/polynomial/inputs.ts";
import { polynomialWeightsKernel } from "../../packages/tensor/src/kernels/polynomial/weights.ts";
import { columnsKernel, rowsKernel } from "../../packages/tensor/src/kernels/reduce.ts";
import { splineKernel, splineListsKernel } from "../../packages/tensor/src/kernels/spline/forward.ts";
import { splineInputsKernel } from "../../packages/tensor/src/kernels/spline/inputs.ts";
import { splineListsWeightsKernel, splineWeightsKernel } from "../../packages/tensor/src/kernels/spline/weights.ts";
import { updateKernel } from "../../packages/tensor/src/kernels/update.ts";
import { byteListsKernel } from "../../packages/tensor/src/kernels/zeros/bytes.ts";
import { floatListsKernel } from "../../packages/tensor/src/kernels/zeros/floats.ts";
import { listSumsKernel } from "../../packages/tensor/src/kernels/zeros/forward.ts";
import { listWeightsKernel } from "../../packages/tensor/src/kernels/zeros/weights.ts";
import { exp } from "../../packages/tensor/src/math/exp.ts";
import { type Emitted, emit } from "./emit.ts";

/** A kernel of a source file. */
export interface Sample {
  /** The file, without `packages/tensor/src/kernels/` and `.ts`. */
  readonly file: string;
  readonly title: string;
  /** What emits the SIMD code, and the twin: a function, or a method of what a function or a constant holds. */
  readonly simd: string;
  readonly twin: string | undefined;
  /** The sizes in words. */
  readonly sizes: string;
  readonly emitted: Emitted;
}

/** The parameters of the compiled function, by name: operands, results, counts, scalars, each separated by spaces. */
type Parameters = readonly [operands: string, results: string, counts?: string, scalars?: string];

/** A kernel that is an exported constant, whose SIMD code and twin are its methods. */
function constant<Settings extends object>(
  file: string,
  name: string,
  kernel: Kernel<Settings>,
  settings: Settings,
  parameters: Parameters,
): Sample {
  // The kernels of rows have one program, `row`, for both.
  const isRow = kernel.plain?.name === "plain" && /layer norm|cross entropy/.test(kernel.name);
  const simd = `${name}.${isRow ? "row" : "simd"}`;
  const twin = kernel.plain === undefined || isRow ? undefined : `${name}.plain`;
  return {
    file,
    title: kernel.name,
    simd,
    twin,
    sizes: sizesOf(settings),
    emitted: emit(kernel, settings, ...parameters),
  };
}

/** A kernel that a function makes: its SIMD code and its twin are functions of the file. */
function made<Settings extends object>(
  file: string,
  title: string,
  [simd, twin]: readonly [simd: string, twin: string],
  kernel: Kernel<Settings>,
  settings: Settings,
  sizes: string,
  parameters: Parameters,
): Sample {
  return { file, title, simd, twin, sizes, emitted: emit(kernel, settings, ...parameters) };
}

function sizesOf(settings: object): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

const layer = { inputs: 2, outputs: 4, degree: 2, constants: true };
const chebyshev = { ...layer, basis: "chebyshev", squash: "none" } as const;
const spline = { inputs: 2, outputs: 4, functions: 5, order: 2, base: false };
const sum = { name: "sum", identity: 0, step: <T>(m: { add(a: T, b: T): T }, a: T, x: T) => m.add(a, x) };

/** In the order of the book. */
export const samples: readonly Sample[] = [
  made(
    "elementwise",
    "add",
    ["emitRows", "eachRow"],
    singleKernel("add", (m, a, b) => m.add(a, b)),
    { a: 1, b: 1 },
    "strides of 1",
    ["a b", "y", "rows columns aRow bRow"],
  ),
  made(
    "elementwise",
    "exp",
    ["emitRows", "eachRow"],
    doubleKernel("exp", (m, x) => exp(m, x)),
    { a: 1 },
    "strides of 1",
    ["x", "y", "rows columns xRow"],
  ),
  made(
    "reduce",
    "sum of rows",
    ["rowsKernel.simd", "rowsKernel.plain"],
    rowsKernel(sum),
    { left: 0 },
    "rows of whole vectors",
    ["x", "y", "rows length stride"],
  ),
  made(
    "reduce",
    "sum of columns",
    ["columnsKernel.simd", "columnsKernel.plain"],
    columnsKernel(sum),
    { left: 0 },
    "rows of whole vectors",
    ["x", "y", "columns rows stride"],
  ),
  constant("matmul/flat", "flatKernel", flatKernel, { n: 4, rowStride: 2, stepStride: 1, bias: false, relu: false }, [
    "a b biases",
    "y",
    "rows depth",
  ]),
  constant("matmul/packed", "packedKernel", packedKernel, { sideBySide: true }, [
    "a b",
    "y",
    "m k n aRow aColumn bRow bColumn",
  ]),
  constant("polynomial/forward", "polynomialKernel", polynomialKernel, layer, ["x w", "y", "rows"]),
  constant("polynomial/inputs", "polynomialInputsKernel", polynomialInputsKernel, layer, ["g x w", "dx", "rows"]),
  constant("polynomial/weights", "polynomialWeightsKernel", polynomialWeightsKernel, layer, ["g x", "dw", "rows"]),
  constant(
    "polynomial/elementwise",
    "elementwisePolynomialKernel",
    elementwisePolynomialKernel,
    { inputs: 4, degree: 2 },
    ["x w", "y", "rows"],
  ),
  constant("polynomial/elementwise", "elementwiseInputsKernel", elementwiseInputsKernel, { inputs: 4, degree: 2 }, [
    "g x w",
    "dx",
    "rows",
  ]),
  constant("polynomial/elementwise", "elementwiseWeightsKernel", elementwiseWeightsKernel, { inputs: 4, degree: 2 }, [
    "g x",
    "dw",
    "rows",
  ]),
  constant("zeros/bytes", "byteListsKernel", byteListsKernel, { columns: 8 }, [
    "bytes indices tables quotients",
    "lists",
    "rows",
  ]),
  constant("zeros/floats", "floatListsKernel", floatListsKernel, { columns: 8 }, ["x tables", "lists", "rows"]),
  constant(
    "zeros/forward",
    "listSumsKernel",
    listSumsKernel,
    { columns: 2, wide: false, outputs: 4, degree: 1, constants: true, bias: false, relu: false },
    ["lists w bias", "y", "rows"],
  ),
  constant(
    "zeros/weights",
    "listWeightsKernel",
    listWeightsKernel,
    { columns: 2, wide: false, outputs: 4, degree: 1, constants: true },
    ["lists g", "dw", "rows"],
  ),
  constant("basis/forward", "basisKernel", basisKernel, chebyshev, ["x w", "y", "rows"]),
  constant("basis/forward", "basisListsKernel", basisListsKernel, chebyshev, ["lists w", "y", "rows"]),
  constant("basis/weights", "basisWeightsKernel", basisWeightsKernel, chebyshev, ["g x", "dw", "rows"]),
  constant("basis/weights", "basisListsWeightsKernel", basisListsWeightsKernel, chebyshev, ["lists g", "dw", "rows"]),
  constant("basis/inputs", "basisInputsKernel", basisInputsKernel, chebyshev, ["g x w", "dx", "rows"]),
  constant("basis/elementwise", "elementwiseBasisKernel", elementwiseBasisKernel, chebyshev, ["x w", "y", "rows"]),
  constant("basis/elementwise", "elementwiseBasisInputsKernel", elementwiseBasisInputsKernel, chebyshev, [
    "g x w",
    "dx",
    "rows",
  ]),
  constant("basis/elementwise", "elementwiseBasisWeightsKernel", elementwiseBasisWeightsKernel, chebyshev, [
    "g x",
    "dw",
    "rows",
  ]),
  constant("spline/forward", "splineKernel", splineKernel, spline, ["x w knots v", "y", "rows"]),
  constant("spline/forward", "splineListsKernel", splineListsKernel, spline, ["lists w knots v", "y", "rows"]),
  constant("spline/weights", "splineWeightsKernel", splineWeightsKernel, spline, ["g x knots", "dw dv", "rows"]),
  constant("spline/weights", "splineListsWeightsKernel", splineListsWeightsKernel, spline, [
    "g lists knots",
    "dw dv",
    "rows",
  ]),
  constant("spline/inputs", "splineInputsKernel", splineInputsKernel, spline, ["g x w knots v", "dx", "rows"]),
  constant("layer-norm", "layerNormKernel", layerNormKernel, { columns: 4, epsilon: 1e-5 }, [
    "x weight bias",
    "y",
    "rows",
  ]),
  constant("layer-norm", "layerNormGradientKernel", layerNormGradientKernel, { columns: 4, epsilon: 1e-5 }, [
    "g x weight",
    "dx dweight dbias",
    "rows",
  ]),
  constant("cross-entropy", "crossEntropyKernel", crossEntropyKernel, { classes: 4 }, [
    "logits labels",
    "mean",
    "rows",
    "divisor",
  ]),
  constant("cross-entropy", "crossEntropyGradientKernel", crossEntropyGradientKernel, { classes: 4 }, [
    "logits labels g",
    "dlogits",
    "rows",
    "divisor",
  ]),
  constant("gather", "gatherBytes", gatherBytes, { rowLength: 8, divisor: 255 }, ["bytes indices", "y", "count"]),
  constant("dropout-mask", "dropoutMaskKernel", dropoutMaskKernel, {}, [
    "",
    "y",
    "length threshold",
    "kept key0 key1 low high",
  ]),
  constant("accumulate", "accumulateKernel", accumulateKernel, { arrays: 2 }, ["first second", "sum", "length"]),
  made(
    "update",
    "gradient descent",
    ["kernelOf.simd", "kernelOf.plain"],
    updateKernel({ name: "sgd", states: 0, scalars: 1, rule: (m, [p], g, [rate]) => [m.sub(p, m.mul(rate, g))] }),
    {},
    "p - rate g",
    ["gradient", "parameter", "length", "rate"],
  ),
];
