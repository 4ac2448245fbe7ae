/**
 * Elementwise functions: exponentials, logarithms, angles and the like, computed in double precision and rounded once.
 */
import { type DoubleFormula, doubleKernel, scalarKernel } from "../kernels/elementwise.ts";
import { acos as acosOf, asin as asinOf, atan as atanOf } from "../math/arctan.ts";
import { erf as erfOf } from "../math/erf.ts";
import { expm1 as expm1Of, exp as expOf } from "../math/exp.ts";
import { gelu as geluOf } from "../math/gelu.ts";
import { cosh as coshOf, sinh as sinhOf } from "../math/hyperbolic.ts";
import { log1p as log1pOf, log2 as log2Of, log as logOf } from "../math/log.ts";
import { pow as powOf } from "../math/pow.ts";
import { sigmoid as sigmoidOf, softplus as softplusOf } from "../math/sigmoid.ts";
import { tanh as tanhOf } from "../math/tanh.ts";
import { cos as cosOf, sin as sinOf } from "../math/trig.ts";
import { type Binary, composed, type Primitive, primitive, type Unary } from "../operation.ts";
import { map } from "./map.ts";

/**
 * A function [...] -> [...] that is written over `Arithmetic`, so that it is the same for numbers and for SIMD lanes.
 */
function lanes(name: string, formula: DoubleFormula): Primitive<Unary> {
  const kernel = doubleKernel(name, formula);
  return primitive(name, 1, [], (x) => map(kernel, x));
}

/** A function [...] -> [...] with branches, which exist for numbers only. */
function scalar(name: string, f: (x: number) => number): Primitive<Unary> {
  const kernel = scalarKernel(name, f);
  return primitive(name, 1, [], (x) => map(kernel, x));
}

/** e^x. */
export const exp: Primitive<Unary> = lanes("exp", expOf);
/** e^x - 1, accurate also for small x. */
export const expm1: Primitive<Unary> = lanes("expm1", expm1Of);
/** The natural logarithm; -Infinity for x = 0, NaN for x < 0. */
export const log: Primitive<Unary> = lanes("log", logOf);
/** ln(1 + x), accurate also for small x; -Infinity for x = -1, NaN for x < -1. */
export const log1p: Primitive<Unary> = lanes("log1p", log1pOf);
/** The logarithm to base 2; -Infinity for x = 0, NaN for x < 0. */
export const log2: Primitive<Unary> = lanes("log2", log2Of);

/** The sine of x radians. */
export const sin: Primitive<Unary> = scalar("sin", sinOf);
/** The cosine of x radians. */
export const cos: Primitive<Unary> = scalar("cos", cosOf);
/** The tangent of x radians, as the quotient of sine and cosine. */
export const tan: Unary = composed("tan", 1, [], (x) => x.sin().div(x.cos()));
/** The angle in radians, from -pi/2 to pi/2, whose sine is x; NaN unless -1 <= x <= 1. */
export const asin: Primitive<Unary> = lanes("asin", asinOf);
/** The angle in radians, from 0 to pi, whose cosine is x; NaN unless -1 <= x <= 1. */
export const acos: Primitive<Unary> = lanes("acos", acosOf);
/** The angle in radians, from -pi/2 to pi/2, whose tangent is x. */
export const atan: Primitive<Unary> = lanes("atan", atanOf);

/** The hyperbolic sine, (e^x - e^-x) / 2. */
export const sinh: Primitive<Unary> = lanes("sinh", sinhOf);
/** The hyperbolic cosine, (e^x + e^-x) / 2. */
export const cosh: Primitive<Unary> = lanes("cosh", coshOf);
/** The hyperbolic tangent, sinh(x) / cosh(x). */
export const tanh: Primitive<Unary> = lanes("tanh", tanhOf);

/** The logistic function 1 / (1 + e^-x). */
export const sigmoid: Primitive<Unary> = lanes("sigmoid", sigmoidOf);
/** ln(1 + e^x), a smooth `relu`, without overflow. */
export const softplus: Primitive<Unary> = lanes("softplus", softplusOf);
/** The error function, 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x. */
export const erf: Primitive<Unary> = scalar("erf", erfOf);
/**
 * x Phi(x), where Phi is the normal distribution function: exact, not approximated with tanh (Hendrycks & Gimpel 2016).
 */
export const gelu: Primitive<Unary> = scalar("gelu", geluOf);

const power = scalarKernel("pow", powOf);

/**
 * a^b, with the special cases of C's `pow`: NaN for a negative base with an exponent that is not an integer; a^0 = 1,
 * also for NaN.
 */
export const pow: Primitive<Binary> = primitive("pow", 2, [], (a, b) => map(power, a, b));
