/**
 * What a basis adds where x is 0: biases[o] = sum_i (c_0 w[i, 0, o] + c_1 w[i, 1, o] + ...) with c_k = phi_k(0). Without
 * constant terms, the sums begin with c_1.
 *
 * Order of operations: that of sums.ts; a term from the left.
 */
import { BYTES, type Round } from "../../floats.ts";
import { type BasisSettings, basisAtZero } from "../../math/basis.ts";
import { type Expr, f32x4 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import { emitLoad } from "../pieces.ts";
import { emitBiases as emitConstants, type PolynomialSettings } from "../polynomial/forward.ts";
import { BLOCK } from "../sums.ts";

/** What the kernels are compiled for. */
export interface PolynomialBasisSettings extends PolynomialSettings, BasisSettings {}

/** a_1 b_1 + a_2 b_2 + ..., from the left. */
export function emitTerm(a: readonly Expr<"v128">[], b: readonly Expr<"v128">[]): Expr<"v128"> {
  return a.map((each, k) => f32x4.mul(each, b[k])).reduce((sum, product) => f32x4.add(sum, product));
}

/** phi_k(0) of all degrees for which there are weights. */
function valuesAtZero(settings: PolynomialBasisSettings): readonly number[] {
  return basisAtZero(settings).slice(Number(!settings.constants));
}

/** biases[o] = sum_i (c_0 w[i, 0, o] + c_1 w[i, 1, o] + ...). */
export function emitBiases(
  f: FunctionBuilder,
  settings: PolynomialBasisSettings,
  w: Local<"i32">,
  biases: Local<"i32">,
): void {
  const { outputs } = settings;
  const constants = valuesAtZero(settings).map(f32x4.const);
  emitConstants(f, settings, w, biases, (at, lanes) => {
    const weights = constants.map((_, k) => f.let(emitLoad(f, at, k * outputs * BYTES, lanes)));
    return emitTerm(weights, constants);
  });
}

/** The biases of the twin. */
export function biasesOf(w: ArrayLike<number>, settings: PolynomialBasisSettings, round: Round): Float64Array {
  const { inputs, outputs } = settings;
  const constants = valuesAtZero(settings).map(round);
  const biases = new Float64Array(outputs);
  for (let o = 0; o < outputs; o++)
    for (let block = 0; block < inputs; block += BLOCK) {
      let sum = 0;
      for (let i = block; i < Math.min(block + BLOCK, inputs); i++) {
        const weight = (k: number) => w[(i * constants.length + k) * outputs + o];
        let term = round(constants[0] * weight(0));
        for (let k = 1; k < constants.length; k++) term = round(term + round(constants[k] * weight(k)));
        sum = round(sum + term);
      }
      biases[o] = round(biases[o] + sum);
    }
  return biases;
}
