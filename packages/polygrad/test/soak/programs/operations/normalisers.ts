/** Steps that normalise along an axis: softmax, layer normalisation and cross entropy. */
import { div, exp, log, sqrt, square } from "../functions.ts";
import { add, constant, type Hyper, mul, neg, sub, sum } from "../hyper.ts";
import { at, build, count, replaced } from "../plain.ts";
import { method, type Proposals, type Propose } from "../step.ts";
import { MOST } from "./elementwise.ts";
import { logSumExp, mean, variance } from "./reductions.ts";

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** f(element, all elements of its line along the axis). */
function alongAxis(name: string, f: (x: Hyper, line: readonly Hyper[]) => Hyper): Propose {
  return (draw, pool) => {
    const x = pool.pick(draw, (shape) => shape.length > 0 && !shape.includes(0));
    if (x === undefined) return undefined;
    const shape = pool.shapes[x];
    const last = draw.once(3);
    const axis = last ? shape.length - 1 : draw.below(shape.length);
    return method(name, [x], last ? [] : [axis], (a) =>
      build(shape, (index) =>
        f(
          at(a, index),
          range(shape[axis]).map((i) => at(a, replaced(index, axis, i))),
        ),
      ),
    );
  };
}

function softmax(x: Hyper, line: readonly Hyper[]): Hyper {
  const top = constant(Math.max(...line.map((item) => item.x.value)));
  return div(exp(sub(x, top)), sum(line.map((item) => exp(sub(item, top)))));
}

function logSoftmax(x: Hyper, line: readonly Hyper[]): Hyper {
  const top = constant(Math.max(...line.map((item) => item.x.value)));
  return sub(sub(x, top), log(sum(line.map((item) => exp(sub(item, top))))));
}

const layerNorm: Propose = (draw, pool) => {
  const x = pool.pick(draw, (shape) => shape.length > 0 && shape[shape.length - 1] > 1 && !shape.includes(0));
  if (x === undefined) return undefined;
  const shape = pool.shapes[x];
  const lead = Math.max(0, shape.length - draw.between(1, 2));
  const features = shape.slice(lead);
  const [weight, bias] = [pool.ofShape(draw, features), pool.ofShape(draw, features)];
  const epsilon = draw.of([1e-5, 0.25]);
  const inner = range(count(features));
  return method("layerNorm", [x, weight, bias], epsilon === 1e-5 && draw.once(2) ? [] : [epsilon], (a, w, b) => {
    const items: Hyper[] = [];
    for (const row of range(count(shape.slice(0, lead)))) {
      const line = inner.map((i) => a.items[row * inner.length + i]);
      const [centre, spread] = [mean(line), sqrt(add(variance(line, 0), constant(epsilon)))];
      for (const i of inner) items.push(add(mul(div(sub(line[i], centre), spread), w.items[i]), b.items[i]));
    }
    return { shape, items };
  });
};

const crossEntropy: Propose = (draw, pool) => {
  const found = pool.pick(draw, (shape) => shape.length === 2 && !shape.includes(0) && count(shape) <= MOST);
  const x = found ?? pool.ofShape(draw, [draw.between(1, 5), draw.between(1, 5)]);
  const [rows, classes] = pool.shapes[x];
  const labels = range(rows).map(() => draw.below(classes));
  return method("crossEntropy", [x], [labels], (a) => {
    const lines = range(rows).map((row) => range(classes).map((k) => at(a, [row, k])));
    const losses = lines.map((line, row) => sub(logSumExp(line), line[labels[row]]));
    return { shape: [], items: [mul(sum(losses), constant(1 / rows))] };
  });
};

export const normalisers: Proposals = {
  softmax: alongAxis("softmax", softmax),
  logSoftmax: alongAxis("logSoftmax", logSoftmax),
  layerNorm,
  crossEntropy,
  /** Not a method of the library: x + (-x^2), whose two paths meet again. */
  detour(draw, pool) {
    const x = pool.pick(draw);
    if (x === undefined) return undefined;
    return {
      inputs: [x],
      text: ([name]) => `${name}.add(${name}.square().neg())`,
      library: ([a]) => a.add(a.square().neg()),
      plain: ([a]) => ({ shape: a.shape, items: a.items.map((item) => add(item, neg(square(item)))) }),
    };
  },
};
