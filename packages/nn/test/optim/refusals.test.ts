/** What optimisers refuse: parameters, learning rates, options, gradients and states. */
import { constant, GradientError, variable } from "@polygrad/autograd";
import { ones, pin, pinned, type Tensor, tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { Adam, AdamW, Linear, RMSprop, Sequential, SGD } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { classes } from "./classes.ts";
import { network } from "./network.ts";
import { moving } from "./steps.ts";
import { Watching } from "./watching.ts";

describe("optimisers refuse", () => {
  const p = [variable(1)];

  test.each(classes)("%o: parameters, rates and settings out of range", (Class) => {
    expect(refusal(() => new Class([]))).toMatch(/^ValueError: Optimiser: got no parameters/);
    for (const learningRate of [-0.1, Number.NaN, Number.POSITIVE_INFINITY])
      for (const rate of [learningRate, () => learningRate])
        expect(refusal(() => new Class(p, { learningRate: rate }))).toMatch(
          /^ValueError: Optimiser: the learning rate/,
        );
    expect(refusal(() => new Class(p, { weightDecay: -1 }))).toMatch(/^ValueError: \w+: weightDecay must lie in/);
    expect(refusal(() => new Class(p, { learningRate: 0 }))).toBe("accepted");
  });

  test("an empty list, a negative rate, and a step without gradients", () => {
    expect(refusal(() => new SGD([]))).toMatchInlineSnapshot(
      `"ValueError: Optimiser: got no parameters; pass model.parameters()"`,
    );
    expect(refusal(() => new SGD(p, { learningRate: -1 }))).toMatchInlineSnapshot(
      `"ValueError: Optimiser: the learning rate must be finite and 0 or more, got -1"`,
    );
    expect(refusal(() => new SGD(p).step())).toMatchInlineSnapshot(
      `"GradientError: Optimiser: no parameter has a gradient; call backward() on the loss before step()"`,
    );
    expect(() => new SGD(p).step()).toThrow(GradientError);
  });

  test("a parameter that comes twice, which would be stepped twice, and say where it is", () => {
    const shared = new Linear(2, 2);
    const [a, b] = [new Sequential(shared), new Sequential(new Linear(2, 2), shared)];
    for (const Class of classes)
      expect(refusal(() => new Class([...a.parameters(), ...b.parameters()]))).toBe(
        "ValueError: Optimiser: parameters 0 and 4 are the same variable; pass each once: [...new Set(parameters)]",
      );
    expect(refusal(() => new SGD(new Set([...a.parameters(), ...b.parameters()])))).toBe("accepted");
  });

  test("variables that never get a gradient: results of operations, and constants", () => {
    const leaf = variable([1, 2]);
    const freed = leaf.mul(2);
    freed.sum().backward();
    for (const Class of classes) {
      expect(refusal(() => new Class([leaf, leaf.mul(2)]))).toBe(
        "ValueError: Optimiser: parameter 1 of shape [2] was computed from other variables; pass those, the leaves, " +
          "made with variable(...)",
      );
      expect(refusal(() => new Class([freed]))).toMatch(/^ValueError: Optimiser: parameter 0 of shape \[2\] was comp/);
      expect(refusal(() => new Class([constant(tensor([1, 2]))]))).toBe(
        "ValueError: Optimiser: parameter 0 of shape [2] is a constant, which gets no gradient; make it with " +
          "variable(...), or leave it out",
      );
    }
  });

  test("anything that is not a list of variables, and say what arrived", () => {
    const model = network();
    // @ts-expect-error a model
    expect(refusal(() => new SGD(model))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameters must be an array of variables, got a Sequential; pass model.parameters()"`,
    );
    // @ts-expect-error a tensor
    expect(refusal(() => new Adam(tensor([1, 2])))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameters must be an array of variables, got a Tensor; pass model.parameters()"`,
    );
    // @ts-expect-error one variable
    expect(refusal(() => new Adam(variable(1)))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameters must be an array of variables, got a Variable; pass model.parameters()"`,
    );
    // @ts-expect-error tensors
    expect(refusal(() => new AdamW(model.parameters().map(({ value }) => value)))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameter 0 must be a variable, got a Tensor; pass model.parameters(), or those of several models in one array: [...a.parameters(), ...b.parameters()]"`,
    );
    // @ts-expect-error nested arrays
    expect(refusal(() => new RMSprop([model.parameters()]))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameter 0 must be a variable, got an array of 5; pass model.parameters(), or those of several models in one array: [...a.parameters(), ...b.parameters()]"`,
    );
    // @ts-expect-error a map
    expect(refusal(() => new SGD(model.namedParameters()))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameter 0 must be a variable, got an array of 2; pass model.parameters(), or those of several models in one array: [...a.parameters(), ...b.parameters()]"`,
    );
    // @ts-expect-error the parameters are missing
    expect(refusal(() => new SGD())).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameters must be an array of variables, got undefined; pass model.parameters()"`,
    );
    // @ts-expect-error text
    expect(refusal(() => new SGD("abc"))).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: parameters must be an array of variables, got "abc"; pass model.parameters()"`,
    );
  });

  test.each(classes)("%o: misspelt options, and options of the wrong kind", (Class) => {
    // @ts-expect-error PyTorch's name
    expect(refusal(() => new Class(p, { lr: 0.1 }))).toMatch(
      new RegExp(`^ArgumentError: ${Class.name}: there is no option "lr"; the options are learningRate, .*weightDecay`),
    );
    // @ts-expect-error not an object
    expect(refusal(() => new Class(p, null))).toMatch(
      new RegExp(`^ArgumentError: ${Class.name}: options must be a plain object`),
    );
    // @ts-expect-error not a number
    expect(refusal(() => new Class(p, { learningRate: "0.1" }))).toBe(
      `ArgumentError: ${Class.name}: learningRate must be a number or a schedule, such as cosine(...), got "0.1"`,
    );
  });

  test("a learning rate that is set to the wrong kind of value later, and an impossible number of states", () => {
    const optimiser = new SGD([moving(1, 1)]);
    expect(() => Object.assign(optimiser, { learningRate: "0.1" })).toThrow(
      /^Optimiser: learningRate must be a number/,
    );
    Object.assign(optimiser.groups[0], { learningRate: "0.1" });
    expect(refusal(() => optimiser.step())).toMatchInlineSnapshot(
      `"ArgumentError: Optimiser: learningRate must be a number or a schedule, such as cosine(...), got "0.1""`,
    );
    Object.assign(optimiser, { learningRate: () => "0.1" });
    expect(refusal(() => optimiser.step())).toMatchInlineSnapshot(
      `"ValueError: Optimiser: the learning rate must be finite and 0 or more, got "0.1""`,
    );
    expect(refusal(() => new Watching(p, 17))).toMatchInlineSnapshot(
      `"ValueError: Optimiser: a parameter can have at most 16 states, got 17"`,
    );
  });

  test("a schedule that returns NaN later; the step moves nothing", () => {
    const moved = moving(1, 1);
    const optimiser = new SGD([moved], { learningRate: (step) => (step === 0 ? 0.5 : Number.NaN) });
    optimiser.step();
    expect(refusal(() => optimiser.step())).toMatch(/^ValueError: Optimiser: the learning rate .* got NaN$/);
    expect([moved.item(), optimiser.steps]).toEqual([0.5, 1]);
  });

  test("a gradient of another shape", () => {
    const parameter = variable([1, 2]);
    parameter.grad = tensor([1, 2, 3]);
    expect(refusal(() => new SGD([parameter]).step())).toMatch(/^ShapeError: sgd: parameter \[2\] and gradient \[3\]/);
    const [first, second] = [variable(zeros([2, 3])), variable(zeros([1, 3]))];
    const together = pin(ones([9]));
    first.grad = together.slice(0, 0, 3).reshape([1, 3]);
    second.grad = together.slice(0, 3).reshape([2, 3]);
    const optimiser = new SGD([first, second], { learningRate: 1 });
    expect(refusal(() => optimiser.step())).toMatch(/^ShapeError: sgd: parameter \[2, 3\] and gradient \[1, 3\]/);
    expect([first, second].map(({ value }) => value.sum().item())).toEqual([0, 0]);
  });

  test.each([
    ["gaps", (x: Tensor) => x.slice(1, 0, undefined, 2)],
    ["repeated elements", (x: Tensor) => x.slice(0, 0, 1).expand([2, 4])],
    ["elements in reverse", (x: Tensor) => x.flip()],
  ])("a parameter with %s in memory", (_, view) => {
    const parameter = variable(view(pinned([2, 4])));
    for (const Class of classes)
      expect(refusal(() => new Class([variable(1), parameter]))).toBe(
        `ValueError: Optimiser: parameter 1 of shape [${parameter.shape.join(", ")}] does not lie in memory in one run ` +
          "without gaps; make the variable from a clone() of its tensor",
      );
    expect(refusal(() => new SGD([variable(parameter.value.clone())]))).toBe("accepted");
  });
});
