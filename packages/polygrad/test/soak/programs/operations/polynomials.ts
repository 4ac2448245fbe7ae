/** Steps that are polynomials: powers, and layers of polynomials in every basis. */
import type { Draw } from "../draw.ts";
import { EVERYWHERE, power } from "../functions.ts";
import { constant, doubtful, type Hyper, mul, sub, sum } from "../hyper.ts";
import { at, build, count, inserted, stretched } from "../plain.ts";
import { method, type Proposals, type Propose } from "../step.ts";
import { MOST } from "./elementwise.ts";
import { MOST_PRODUCTS, range } from "./products.ts";

/** The coefficients a and b of phi_(k+1) = a t phi_k - b phi_(k-1), for k from 1 up (DLMF 18.9). */
const recurrences: Readonly<Record<string, (k: number) => readonly [a: number, b: number]>> = {
  chebyshev: () => [2, 1],
  legendre: (k) => [(2 * k + 1) / (k + 1), k / (k + 1)],
  hermite: (k) => [1 / Math.sqrt(k + 1), Math.sqrt(k / (k + 1))],
};

/** Which polynomials a layer has: powers of x, or those of a basis; of x or tanh x; with or without a constant term. */
interface Form {
  readonly basis: string;
  readonly squash: string;
  readonly constants: boolean;
}

/** Powers of x half of the time. */
const formOf = (draw: Draw): Form | undefined =>
  draw.once(2)
    ? {
        basis: draw.of(["monomial", ...Object.keys(recurrences)]),
        squash: draw.of(["none", "tanh"]),
        constants: draw.once(2),
      }
    : undefined;

/** phi_0, ..., phi_degree at x. */
function functionsAt(x: Hyper, degree: number, { basis, squash }: Form): readonly Hyper[] {
  const t = squash === "tanh" ? EVERYWHERE.tanh(x) : x;
  if (basis === "monomial") return range(degree + 1).map((k) => power(k)(t));
  const all = [constant(1), t];
  for (let k = 1; k < degree; k++) {
    const [a, b] = recurrences[basis](k);
    all.push(sub(mul(constant(a), mul(t, all[k])), mul(constant(b), all[k - 1])));
  }
  return all.slice(0, degree + 1);
}

/** sum_k weight_k phi_k(x), from k = 0 or 1 on; by default phi_k(x) = x^k. */
const series = (
  x: Hyper,
  weights: readonly Hyper[],
  form: Form = { basis: "monomial", squash: "none", constants: true },
): Hyper => {
  const first = Number(!form.constants);
  const functions = functionsAt(x, weights.length - 1 + first, form).slice(first);
  return doubtful(sum(weights.map((weight, k) => mul(weight, functions[k]))), x.uncertain);
};

const polynomial: Propose = (draw, pool) => {
  const x = pool.pick(draw, (shape) => shape.length === 2);
  if (x === undefined) return undefined;
  const [rows, inputs] = pool.shapes[x];
  const [outputs, terms] = [draw.of([1, 2, 3, 5]), draw.between(2, 4)];
  if (rows * outputs > MOST || rows * inputs * outputs * terms > MOST_PRODUCTS) return undefined;
  const [weight, form] = [pool.ofShape(draw, [outputs, inputs, terms]), formOf(draw)];
  const options = form === undefined ? [] : [form.basis, form.squash, form.constants];
  return method("polynomial", [x, weight], options, (a, w) =>
    build([rows, outputs], ([b, o]) =>
      sum(
        range(inputs).map((i) =>
          series(
            at(a, [b, i]),
            range(terms).map((d) => at(w, [o, i, d])),
            form,
          ),
        ),
      ),
    ),
  );
};

const elementwisePolynomial: Propose = (draw, pool) => {
  const x = pool.pick(draw, (shape) => shape.length > 0);
  if (x === undefined) return undefined;
  const shape = pool.shapes[x];
  const [inputs, terms] = [shape[shape.length - 1], draw.between(2, 4)];
  const [weight, form] = [pool.ofShape(draw, [inputs, terms]), formOf(draw)];
  const options = form === undefined ? [] : [form.basis, form.squash];
  return method("elementwisePolynomial", [x, weight], options, (a, w) =>
    build(shape, (index) =>
      series(
        at(a, index),
        range(terms).map((d) => at(w, [index[index.length - 1], d])),
        form && { ...form, constants: true },
      ),
    ),
  );
};

const powers: Propose = (draw, pool) => {
  const x = pool.pick(draw, (shape) => shape.length < 4 && 4 * count(shape) <= MOST);
  if (x === undefined) return undefined;
  const shape = pool.shapes[x];
  const degree = draw.between(0, 3);
  return method("powers", [x], [degree], (a) =>
    build(inserted(shape, shape.length, degree + 1), (index) =>
      power(index[shape.length])(stretched(a, index.slice(0, -1))),
    ),
  );
};

export const polynomials: Proposals = { polynomial, elementwisePolynomial, powers };
