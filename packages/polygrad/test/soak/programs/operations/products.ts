/** Steps that are sums of products: matrix products, Einstein's notation, linear layers. */
import { einsum } from "@polygrad/tensor";
import { EVERYWHERE } from "../functions.ts";
import { add, mul, sum } from "../hyper.ts";
import { at, broadcast, build, count, indicesOf, type Plain } from "../plain.ts";
import { method, type Proposals, type Propose } from "../step.ts";
import { MOST } from "./elementwise.ts";

/** The most products that a step may add up. */
export const MOST_PRODUCTS = 1500;

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The matrix product of arrays with two axes or more. */
function matrixProduct(a: Plain, b: Plain): Plain {
  const [m, k, n] = [a.shape.at(-2) ?? 0, a.shape.at(-1) ?? 0, b.shape.at(-1) ?? 0];
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)) ?? [];
  const rows = { shape: [...a.shape.slice(0, -2), m, k], items: a.items };
  const within = (x: Plain, places: readonly number[], row: number, column: number) => {
    const own = places.slice(places.length - (x.shape.length - 2)).map((i, axis) => (x.shape[axis] === 1 ? 0 : i));
    return at(x, [...own, row, column]);
  };
  return build([...batch, m, n], (index) => {
    const places = index.slice(0, -2);
    const [i, j] = index.slice(-2);
    return sum(range(k).map((s) => mul(within(rows, places, i, s), within(b, places, s, j))));
  });
}

const matmul: Propose = (draw, pool) => {
  const x = pool.pick(draw, (shape) => shape.length > 0);
  if (x === undefined) return undefined;
  const left = pool.shapes[x];
  const inner = left[left.length - 1];
  const n = draw.of([1, 2, 3, 5, 0, 17]);
  const lead = draw.once(3) && left.length < 4 ? left.slice(0, -2).map((size) => (draw.once(2) ? 1 : size)) : [];
  const more = draw.once(4) && left.length <= 2 ? [2] : [];
  const right = draw.once(4) ? [inner] : [...more, ...lead, inner, n];
  const found = pool.pick(draw, (shape) => shape.length === 1 && shape[0] === inner);
  const y = draw.once(4) && found !== undefined ? found : pool.ofShape(draw, right);
  const other = pool.shapes[y];
  const [wideLeft, wideRight] = [left.length === 1 ? [1, ...left] : left, other.length === 1 ? [...other, 1] : other];
  const batch = broadcast(wideLeft.slice(0, -2), wideRight.slice(0, -2));
  if (batch === undefined) return undefined;
  const whole = [...batch, wideLeft[wideLeft.length - 2], wideRight[wideRight.length - 1]];
  if (count(whole) > MOST || count(whole) * inner > MOST_PRODUCTS) return undefined;
  const shape = [
    ...batch,
    ...(left.length === 1 ? [] : whole.slice(-2, -1)),
    ...(other.length === 1 ? [] : whole.slice(-1)),
  ];
  return method("matmul", [x, y], [], (a, b) => ({
    shape,
    items: matrixProduct({ shape: wideLeft, items: a.items }, { shape: wideRight, items: b.items }).items,
  }));
};

const outer: Propose = (draw, pool) => {
  const x = pool.pick(draw, (shape) => shape.length === 1);
  if (x === undefined) return undefined;
  const y = pool.ofShape(draw, [draw.between(0, 4)]);
  const whole = [pool.shapes[x][0], pool.shapes[y][0]];
  if (count(whole) > MOST) return undefined;
  return method("outer", [x, y], [], (a, b) => build(whole, ([i, j]) => mul(a.items[i], b.items[j])));
};

/** A sum over all letters that are not in the result: one loop for each letter. */
const inLetters: Propose = (draw, pool) => {
  const equation = draw.of([
    "ij,jk->ik",
    "ij,kj->ki",
    "bij,bjk->bik",
    "ij,ij->j",
    "ij,j->",
    "bij,k->kb",
    "ab,bc,cd->ad",
  ]);
  const [left, result] = equation.split("->");
  const terms = left.split(",");
  const sizes = new Map([...new Set(terms.join(""))].map((letter) => [letter, draw.between(1, 4)]));
  const found = pool.pick(draw, (shape) => shape.length === terms[0].length);
  for (const [k, letter] of [...terms[0]].entries()) if (found !== undefined) sizes.set(letter, pool.shapes[found][k]);
  const shapeOf = (letters: string) => [...letters].map((letter) => sizes.get(letter) ?? 0);
  const letters = [...sizes.keys()];
  const [whole, all] = [shapeOf(result), shapeOf(letters.join(""))];
  if (count(all) > MOST_PRODUCTS || count(whole) > MOST) return undefined;
  const inputs = terms.map((term, k) => (k === 0 && found !== undefined ? found : pool.ofShape(draw, shapeOf(term))));
  return {
    inputs,
    text: (names) => `einsum(${JSON.stringify(equation)}, ${names.join(", ")})`,
    library: (parts) => einsum(equation, ...parts),
    plain: (parts) =>
      build(whole, (index) => {
        const products = indicesOf(all)
          .filter((places) => [...result].every((letter, k) => places[letters.indexOf(letter)] === index[k]))
          .map((places) =>
            parts
              .map((part, k) =>
                at(
                  part,
                  [...terms[k]].map((letter) => places[letters.indexOf(letter)]),
                ),
              )
              .reduce(mul),
          );
        return sum(products);
      }),
  };
};

const linear: Propose = (draw, pool) => {
  const x = pool.pick(draw, (shape) => shape.length > 0);
  if (x === undefined) return undefined;
  const [lead, inputs] = [pool.shapes[x].slice(0, -1), pool.shapes[x][pool.shapes[x].length - 1]];
  const outputs = draw.of([1, 2, 3, 5, 9]);
  if (count(lead) * outputs > MOST || count(lead) * outputs * inputs > MOST_PRODUCTS) return undefined;
  const [weight, bias] = [pool.ofShape(draw, [outputs, inputs]), pool.ofShape(draw, [outputs])];
  const relu = draw.once(2);
  return method("linear", [x, weight, bias], relu ? [true] : [], (a, w, b) =>
    build([...lead, outputs], (index) => {
      const [row, o] = [index.slice(0, -1), index[index.length - 1]];
      const total = add(sum(range(inputs).map((i) => mul(at(a, [...row, i]), at(w, [o, i])))), at(b, [o]));
      return relu ? EVERYWHERE.relu(total) : total;
    }),
  );
};

export const products: Proposals = {
  matmul,
  outer,
  einsum: inLetters,
  linear,
};
