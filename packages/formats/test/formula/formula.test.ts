/** Formulas: their values against the network's in float64, their texts compiled again, expansions against algebra by hand. */
import {
  BatchNorm1d,
  BSpline,
  Dropout,
  ELU,
  Flatten,
  GELU,
  type Layer,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  loretz2024,
  Module,
  namedModules,
  Polynomial,
  RadialBasis,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from "@polygrad/nn";
import { assign, normal, Random, tensor, uniform } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { formula } from "../../src/index.ts";
import { imported } from "../imported.ts";

const random = new Random(7);
/** Coefficients of ordinary size: those of a new polynomial layer are tiny. */
const initialiser = (shape: readonly number[]) => normal(shape, random, 0, 0.5);
const polynomial = (inputs: number, outputs: number, degree = 3, elementwise = false) =>
  new Polynomial(inputs, outputs, { ...loretz2024, degree, initialiser, elementwise });
const inBasis = (basis: "chebyshev" | "legendre" | "hermite", squash: "none" | "tanh", elementwise = false) =>
  new Polynomial(3, 3, { ...loretz2024, degree: 4, basis, squash, initialiser, elementwise });
const linear = (inputs: number, outputs: number, bias = true) => new Linear(inputs, outputs, { random, bias });

/** LayerNorm and BatchNorm1d with parameters and statistics that are not those of a new layer. */
function normalisation<Kind extends LayerNorm | BatchNorm1d>(layer: Kind): Kind {
  for (const parameter of layer.parameters()) assign(parameter.value, uniform(parameter.shape, random, 0.5, 1.5));
  if (layer instanceof BatchNorm1d)
    for (const { value } of layer.namedBuffers().values()) assign(value, uniform(value.shape, random, 0.5, 1.5));
  return layer;
}

const models: Readonly<Record<string, Layer>> = {
  polynomials: new Sequential(polynomial(3, 4), polynomial(4, 2, 2)),
  "the article's": new Sequential(
    new Flatten(),
    polynomial(3, 4),
    normalisation(new LayerNorm(4)),
    polynomial(4, 3),
    polynomial(3, 3, 2, true),
  ),
  "a ReLU network": new Sequential(linear(3, 5), new ReLU(), new Dropout(), linear(5, 2, false), new Tanh()),
  bases: new Sequential(
    inBasis("chebyshev", "tanh"),
    new Tanh(),
    inBasis("legendre", "none"),
    inBasis("hermite", "tanh", true),
  ),
  "a bias for each output": new Sequential(
    new Polynomial(3, 4, { degree: 3, initialiser }),
    new Polynomial(4, 3, { degree: 4, basis: "chebyshev", initialiser }),
    new Polynomial(3, 2, { degree: 2, squash: "none", initialiser }),
  ),
  "powers after tanh": new Sequential(new Polynomial(3, 2, { ...loretz2024, degree: 2, squash: "tanh", initialiser })),
  splines: new Sequential(
    new BSpline(3, 2, { grid: 4, range: [-1.5, 2], random }),
    new RadialBasis(2, 2, { centres: 5, random }),
    new BSpline(2, 1, { order: 2, base: false, random }),
  ),
  nested: new Sequential(new Sequential(linear(3, 4), new SiLU()), new Sequential(new Sequential(polynomial(4, 2)))),
  "batch normalisation": new Sequential(linear(3, 4), normalisation(new BatchNorm1d(4)), new ELU(0.7), linear(4, 1)),
  "other activations": new Sequential(
    linear(3, 4),
    new LeakyReLU(0.2),
    linear(4, 4),
    new GELU(),
    linear(4, 4),
    new Softplus(),
    linear(4, 2),
    new Sigmoid(),
  ),
  "softmax of its logarithm": new Sequential(linear(3, 4), new LogSoftmax(), linear(4, 3), new Softmax()),
  "without affine": new Sequential(linear(3, 4), new BatchNorm1d(4, { affine: false }), polynomial(4, 1, 1)),
};

describe.each(Object.entries(models))("%s", (_, model) => {
  if (model instanceof Module) model.eval();
  const inputs = uniform([20, 3], random, -2, 2);
  const rows = Array.from({ length: 20 }, (_, r) => [...inputs.data.subarray(3 * r, 3 * r + 3)]);
  // In float64 the layers compute with the same float32 parameters.
  const exact = model.forward(tensor(Float64Array.from(inputs.data)).reshape(20, 3)).value.clone();
  // BatchNorm1d computes its scales in float32 all the same.
  const digits = [...namedModules(model).values()].some((layer) => layer instanceof BatchNorm1d) ? 6 : 9;
  const single = model.forward(inputs).value.clone();

  test.each(["named", "powers"] as const)("the values are the network's, with bases %s", (bases) => {
    const written = formula(model, { bases });
    for (const [r, row] of rows.entries()) {
      const values = written.evaluate(row);
      for (const [o, value] of values.entries()) {
        expect(value).toBeCloseTo(exact.data[r * values.length + o], digits);
        expect(Math.abs(value - single.data[r * values.length + o])).toBeLessThan(2e-5 * (1 + Math.abs(value)));
      }
    }
  });

  test("its TypeScript compiles to a function with the same values", async () => {
    const written = formula(model);
    if (String(written).includes("gelu")) {
      expect(() => written.toTypeScript()).toThrow("JavaScript has no gelu; use toString() or toLatex()");
      return;
    }
    const { formula: compiled } = await imported(written.toTypeScript());
    for (const row of rows) {
      const values = written.evaluate(row);
      const own: unknown = compiled(row);
      expect(own).toEqual(values.map((value) => expect.closeTo(value, 10)));
    }
  });
});

describe("texts", () => {
  const model = new Sequential(
    new Polynomial(2, 2, { ...loretz2024, degree: 2 }),
    new ReLU(),
    new LayerNorm(2),
    new Linear(2, 1),
  );
  const set = (name: string, values: readonly number[]) => {
    const parameter = model.namedParameters().get(name);
    if (parameter) assign(parameter.value, tensor(values).reshape(parameter.shape));
  };
  set("layers.0.weight", [0.5, 0.1, 0, 0, -1, -3, 1, 1, 2, 0, 0, 1e-7]);
  set("layers.3.weight", [-1, 2]);
  set("layers.3.bias", [0]);

  test("plain text has the shortest decimals that are the same float32", () => {
    expect(String(formula(model))).toBe(
      [
        "h2_1 = relu(0.1*x1 - x2 - 3*x2^2 + 0.5)",
        "h2_2 = relu(x1 + 2*x1^2 + 1e-7*x2^2 + 1)",
        "m2 = (h2_1 + h2_2)/2",
        "d2 = sqrt(((h2_1 - m2)^2 + (h2_2 - m2)^2)/2 + 0.00001)",
        "h3_1 = (h2_1 - m2)/d2",
        "h3_2 = (h2_2 - m2)/d2",
        "y = -h3_1 + 2*h3_2",
      ].join("\n"),
    );
  });

  test("LaTeX", () => {
    expect(formula(model, { inputs: ["x", "theta_a"], outputs: ["E"] }).toLatex()).toBe(
      [
        "\\begin{aligned}",
        "h_{2,1} &= \\operatorname{relu}\\left(0.1 x - \\mathrm{theta\\_a} - 3 \\mathrm{theta\\_a}^{2} + 0.5\\right) \\\\",
        "h_{2,2} &= \\operatorname{relu}\\left(x + 2 x^{2} + 1 \\cdot 10^{-7} \\mathrm{theta\\_a}^{2} + 1\\right) \\\\",
        "m_{2} &= \\frac{h_{2,1} + h_{2,2}}{2} \\\\",
        "d_{2} &= \\sqrt{\\frac{\\left(h_{2,1} - m_{2}\\right)^{2} + \\left(h_{2,2} - m_{2}\\right)^{2}}{2} + 0.00001} \\\\",
        "h_{3,1} &= \\frac{h_{2,1} - m_{2}}{d_{2}} \\\\",
        "h_{3,2} &= \\frac{h_{2,2} - m_{2}}{d_{2}} \\\\",
        "E &= -h_{3,1} + 2 h_{3,2}",
        "\\end{aligned}",
      ].join("\n"),
    );
  });

  test("bases by name and in powers, after tanh", () => {
    const cubic = new Polynomial(1, 1, { basis: "chebyshev", bias: "edges" });
    assign(cubic.weight.value, tensor([[[1, 2, 3, 4]]]));
    expect(String(formula(cubic))).toBe("t0_1 = tanh(x)\ny = 2*t0_1 + 3*T2(t0_1) + 4*T3(t0_1) + 1");
    expect(String(formula(cubic, { bases: "powers" }))).toBe("t0_1 = tanh(x)\ny = -10*t0_1 + 6*t0_1^2 + 16*t0_1^3 - 2");
    const hermite = new Polynomial(1, 1, { basis: "hermite", squash: "none", bias: "edges", degree: 4 });
    assign(hermite.weight.value, tensor([[[0, 0, 0, 0, Math.sqrt(24)]]]));
    expect(formula(hermite).toLatex()).toContain("y &= 4.8989797 h_{4}\\left(x\\right)");
    // He_4 = x^4 - 6 x^2 + 3
    expect(String(formula(hermite, { precision: 6 }).expand())).toBe("y = x^4 - 6*x^2 + 3");
  });

  test("splines", () => {
    const edge = new BSpline(1, 1, { grid: 2, order: 1, base: false });
    assign(edge.weight.value, tensor([[[1, 0, -2]]]));
    expect(String(formula(edge))).toBe("y = B(x; -2, -1, 0) - 2*B(x; 0, 1, 2)");
    expect(formula(edge).toLatex()).toContain("B\\left(x \\mid -2, -1, 0\\right)");
    expect(formula(edge).evaluate([-0.75])).toEqual([0.75]);
    expect(() => formula(edge).expand()).toThrow("expand: y contains a B-spline, so the network is not a polynomial");
  });

  test("rounding and leaving out", () => {
    const [first, second] = String(formula(model, { threshold: 0.2 })).split("\n");
    expect([first, second]).toEqual(["h2_1 = relu(-x2 - 3*x2^2 + 0.5)", "h2_2 = relu(x1 + 2*x1^2 + 1)"]);
    const third = new Sequential(polynomial(1, 1));
    assign(third.parameters()[0].value, tensor([[[1 / 3, -2 / 3, 100.4, 1]]]));
    const rounded = formula(third, { precision: 3 });
    expect(String(rounded)).toBe("y = -0.667*x + 100*x^2 + x^3 + 0.333");
    expect(rounded.evaluate([1])[0]).toBeCloseTo(-0.667 + 100 + 1 + 0.333, 12);
    expect(String(rounded.expand())).toBe("y = x^3 + 100*x^2 - 0.667*x + 0.333");
  });

  test("names that JavaScript reserves, and powers of what has a sign", async () => {
    const own = new Sequential(
      new Polynomial(1, 1, { ...loretz2024, degree: 2 }),
      new Polynomial(1, 1, { ...loretz2024, degree: 2 }),
    );
    const values = [tensor([[[0, 0, -1]]]), tensor([[[0, 0, -1]]])];
    for (const [k, { value }] of own.parameters().entries()) assign(value, values[k]);
    const { value: compiled } = await imported(formula(own, { inputs: ["in"] }).toTypeScript("value"));
    expect(compiled([3])).toEqual([-81]);
  });
});

describe("expand", () => {
  test("binomials by hand", () => {
    const model = new Sequential(linear(2, 2), new Polynomial(2, 1, { ...loretz2024, degree: 3 }));
    const [weight, bias, polynomials] = model.parameters();
    assign(
      weight.value,
      tensor([
        [1, 2],
        [1, -1],
      ]),
    );
    assign(bias.value, tensor([0, 1]));
    assign(
      polynomials.value,
      tensor([
        [
          [0, 0, 0, 1],
          [0, 0, 1, 0],
        ],
      ]),
    );
    // (a + 2 b)^3 + (a - b + 1)^2
    const { terms } = formula(model, { inputs: ["a", "b"] }).expand();
    expect(terms[0].map(({ coefficient, powers }) => [coefficient, ...powers])).toEqual([
      [1, 3, 0],
      [6, 2, 1],
      [12, 1, 2],
      [8, 0, 3],
      [1, 2, 0],
      [-2, 1, 1],
      [1, 0, 2],
      [2, 1, 0],
      [-2, 0, 1],
      [1, 0, 0],
    ]);
  });

  test("equals the formula, batch normalisation included", () => {
    const model = new Sequential(
      polynomial(3, 3),
      normalisation(new BatchNorm1d(3)),
      polynomial(3, 2, 2),
      linear(2, 2),
    ).eval();
    const written = formula(model);
    const expanded = written.expand();
    expect(Math.max(...expanded.terms[0].map(({ powers }) => powers.reduce((a, b) => a + b)))).toBe(6);
    for (let trial = 0; trial < 20; trial++) {
      const x = Array.from({ length: 3 }, () => random.normal());
      const size = expanded.terms.map((terms) =>
        terms.reduce(
          (sum, { coefficient, powers }) => sum + Math.abs(coefficient * powers.reduce((y, p, k) => y * x[k] ** p, 1)),
          0,
        ),
      );
      for (const [o, value] of written.evaluate(x).entries())
        expect(Math.abs(expanded.evaluate(x)[o] - value)).toBeLessThan(1e-13 * size[o]);
    }
  });

  test("refuses what is not a polynomial, and too many terms", () => {
    expect(() => formula(models["the article's"]).expand()).toThrow(
      "expand: d1 contains sqrt, so the network is not a polynomial; print the formula as it is",
    );
    const deep = new Sequential(polynomial(6, 6), polynomial(6, 6), polynomial(6, 1));
    expect(() => formula(deep).expand({ terms: 500 })).toThrow(
      "expand: a polynomial of degree 9 in 6 variables has up to 5,005 terms, and this one more than 500; " +
        "prune the model, raise the option terms, or print the formula as it is",
    );
  });
});

test("softmax and its logarithm", () => {
  const linear = new Linear(1, 2, { bias: false });
  assign(linear.weight.value, tensor([[2], [-1]]));
  const written = formula(new Sequential(linear, new Softmax()));
  expect(String(written)).toBe(
    ["h1_1 = 2*x", "h1_2 = -x", "s1 = exp(h1_1) + exp(h1_2)", "y1 = exp(h1_1)/s1", "y2 = exp(h1_2)/s1"].join("\n"),
  );
  const share = 1 / (1 + Math.exp(-3 * 0.7));
  expect(written.evaluate([0.7])[0]).toBeCloseTo(share, 14);
  const logarithm = formula(new Sequential(linear, new LogSoftmax()), { inputs: ["a"] });
  expect(String(logarithm).split("\n").slice(-2)).toEqual(["y1 = h1_1 - log(s1)", "y2 = h1_2 - log(s1)"]);
  expect(logarithm.evaluate([0.7])[1]).toBeCloseTo(Math.log(1 - share), 14);
  expect(logarithm.toLatex()).toContain("h_{1,1} - \\ln\\left(s_{1}\\right)");
  expect(logarithm.toTypeScript()).toContain("- Math.log(s1)");
});

describe("refusals", () => {
  test("a layer that is not known, by its path", () => {
    class Sine extends Module {
      forward(x: Parameters<Linear["forward"]>[0]) {
        return new Tanh().forward(x);
      }
    }
    const model = new Sequential(linear(1, 2), new Sequential(new Sine()));
    expect(() => formula(model)).toThrow("formula: layers.1.layers.0 is a Sine, which it cannot write down");
    class Doubled extends Linear {
      override forward(x: Parameters<Linear["forward"]>[0]) {
        return super.forward(x).mul(2);
      }
    }
    expect(() => formula(new Doubled(1, 1))).toThrow("formula: the model is a Doubled, which it cannot write down");
    expect(() => formula(new BatchNorm1d(2, { trackRunningStatistics: false }))).toThrow(
      "formula: the model normalises by the statistics of the batch, so it is not a function of one sample",
    );
  });

  test("names and sizes", () => {
    const model = new Sequential(linear(2, 1));
    expect(() => formula(model, { inputs: ["a"] })).toThrow("the model has 2 inputs, but inputs has 1 names");
    expect(() => formula(model, { inputs: ["a", "a"] })).toThrow("the name a stands for two things");
    expect(() => formula(model, { inputs: ["a", "y"] })).toThrow("the name y stands for two things");
    expect(() => formula(model, { inputs: ["a", "b c"] })).toThrow("inputs must be names such as");
    expect(() => formula(new Sequential(new ReLU()))).toThrow("no layer says how many inputs there are");
    expect(String(formula(new ReLU(), { inputs: ["a", "b"] }))).toBe("y1 = relu(a)\ny2 = relu(b)");
    expect(() => formula(new Sequential(linear(2, 3), linear(2, 1)))).toThrow(
      "formula: layers.1 needs 2 inputs, but the layer before it gives 3",
    );
    expect(() => formula(model).evaluate([1])).toThrow("Formula.evaluate: needs 2 inputs, got 1");
  });

  test("names of definitions give way to those that are given", () => {
    const model = new Sequential(linear(2, 2), linear(2, 1));
    expect(String(formula(model, { inputs: ["h1_1", "m"] }))).toContain("h1_1_ = ");
  });
});
