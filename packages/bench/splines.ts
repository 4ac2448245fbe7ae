/** The kernels of spline layers, on floats of which none is 0. */
import { BSpline, constant, Random, variable } from "polygrad";
import { BATCH, backwardTo, type Case, drawn, INPUTS, OUTPUTS } from "./case.ts";

/** Two operations for each weight that meets a value other than 0: four functions and the base. */
export function splines(): Case[] {
  const random = new Random(0);
  const { weight, baseWeight, knots, order } = new BSpline(INPUTS, OUTPUTS, { random });
  const [x, base] = [drawn(BATCH, INPUTS), baseWeight ?? variable(0)];
  const vx = variable(x);
  const work = { flops: 2 * BATCH * INPUTS * OUTPUTS * (order + 2) };
  const shape = `[${x.shape}] x [${weight.shape}]`;
  const y = constant(x).spline(weight, base, knots.value, order);
  const ofInput = vx.spline(weight.value, base.value, knots.value, order);
  return [
    { kernel: "spline", shape, work, run: () => void x.spline(weight.value, base.value, knots.value, order) },
    { kernel: "spline, inputs", shape, work, run: backwardTo([vx], ofInput) },
    { kernel: "spline, weights", shape, work, run: backwardTo([weight, base], y) },
  ];
}
