/**
 * Layers with a learned function on every edge as ONNX: each is one product of matrices, of the values of all functions of
 * all inputs, [batch, inputs * functions], and the coefficients. Read activations.ts first.
 */
import { ArgumentError } from "@polygrad/tensor";
import type { GaussianStep, SplineStep, Step } from "../../network/steps.ts";
import { type GraphWriter, partOf, within } from "../graph-writer.ts";
import { silu } from "./activations.ts";
import type { Between } from "./linear.ts";

/**
 * B-splines by the recurrence of Cox and de Boor: with q_k = (x - t_k) / (t_(k+d) - t_k), the function of order d is
 * B_k = q_k B_k + (1 - q_(k+1)) B_(k+1) of those of order d - 1. That of order 0 is 1 from knot t_k to before t_(k+1).
 */
export function spline(graph: GraphWriter, step: Step & SplineStep, between: Between): void {
  const { order } = step;
  const name = (what: string) => within(step, what);
  const { value } = partOf(step, "knots");
  checkKnots(step, value.shape[1]);
  const knots = graph.constant(name("knots"), value.clone().data, value.shape);
  const count = value.shape[1];
  const last = graph.integers(name("last"), -1);
  const x = graph.node("Unsqueeze", [between.x, last], name("column"));
  const distances = graph.node("Sub", [x, knots], name("distances"));
  const reached = graph.node("GreaterOrEqual", [x, knots], name("reached"));
  const steps = graph.node("Cast", [reached], name("steps"), { to: { integer: 1 } });
  /** Elements along the last axis. */
  const part = (of: string, what: string, from: number, to: number) =>
    graph.node("Slice", [of, at(from), at(to), last], name(what));
  const places = new Map<number, string>();
  const at = (place: number) => {
    const known = places.get(place) ?? graph.integers(name(`at${place}`), place);
    places.set(place, known);
    return known;
  };
  let length = count - 1;
  let values = graph.node("Sub", [part(steps, "begun", 0, length), part(steps, "ended", 1, count)], name("basis0"));
  for (let d = 1; d <= order; d++, length--) {
    const widths = graph.node(
      "Sub",
      [part(knots, `right${d}`, d, count), part(knots, `left${d}`, 0, count - d)],
      name(`widths${d}`),
    );
    const shares = graph.node("Div", [part(distances, `distances${d}`, 0, count - d), widths], name(`shares${d}`));
    const rising = graph.node("Mul", [shares, values], name(`rising${d}`));
    const falling = graph.node("Sub", [values, rising], name(`falling${d}`));
    values = graph.node(
      "Add",
      [part(rising, `own${d}`, 0, length - 1), part(falling, `next${d}`, 1, length)],
      name(`basis${d}`),
    );
  }
  mix(graph, step, values, between);
}

/** The recurrence divides by the distances of knots. */
function checkKnots({ path, knots }: Step & SplineStep, count: number): void {
  const place = knots.findIndex((knot, at) => at % count > 0 && !(knot > knots[at - 1]));
  if (place >= 0)
    throw new ArgumentError(
      `toOnnx: ${path}: the knots of input ${Math.floor(place / count)} do not ascend: ` +
        `${knots[place - 1]}, ${knots[place]}; fit the grid to data with updateGrid`,
    );
}

/** exp(-(x / h - c_k / h)^2). */
export function gaussians(graph: GraphWriter, step: Step & GaussianStep, between: Between): void {
  const { centres, first, distance } = step;
  const name = (what: string) => within(step, what);
  const places = Float32Array.from({ length: centres }, (_, k) => first / distance + k);
  const units = graph.node("Mul", [between.x, graph.constant(name("scale"), 1 / distance)], name("units"));
  const x = graph.node("Unsqueeze", [units, graph.integers(name("last"), -1)], name("column"));
  const distances = graph.node("Sub", [x, graph.constant(name("centres"), places, [centres])], name("distances"));
  const squares = graph.node("Mul", [distances, distances], name("squares"));
  const values = graph.node("Exp", [graph.node("Neg", [squares], name("exponents"))], name("basis"));
  mix(graph, step, values, between);
}

/** The sums over inputs and functions, of values [batch, inputs, functions], and those of the base. */
function mix(graph: GraphWriter, step: Step & (SplineStep | GaussianStep), values: string, { x, y }: Between): void {
  const name = (what: string) => within(step, what);
  const rows = graph.node("Flatten", [values], name("rows"), { axis: { integer: 1 } });
  const weight = graph.node("Flatten", [graph.state(step, "weight")], name("matrix"), { axis: { integer: 1 } });
  const transposed = { transB: { integer: 1 } };
  if (step.base === undefined) {
    graph.node("Gemm", [rows, weight], y, transposed);
    return;
  }
  const sums = graph.node("Gemm", [rows, weight], name("sums"), transposed);
  const base = silu(graph, step, x, name("silu"));
  graph.node("Gemm", [base, graph.state(step, "baseWeight"), sums], y, transposed);
}
