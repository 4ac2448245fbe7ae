/** Where parameters lie: optimisers step them in place, whatever their layout in memory. */
import { type Variable, variable } from "@polygrad/autograd";
import { ones, pin, pinned, Random, tensor, toFloat64, uniform, zeros } from "@polygrad/tensor";
import { handleOf, tensorAt } from "@polygrad/tensor/internal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Adam, AdamW, Lion, type Optimiser, RMSprop, SGD } from "../../src/index.ts";
import { kinds, under } from "../kernel-kinds.ts";
import { arrays } from "../state.ts";
import { loss, network } from "./network.ts";
import { Watching } from "./watching.ts";

describe("parameters stay where they are", () => {
  const ways: readonly ((parameters: readonly Variable[]) => Optimiser)[] = [
    (parameters) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9 }),
    (parameters) => new Adam(parameters, { learningRate: 0.1 }),
    (parameters) => new AdamW(parameters, { learningRate: 0.1 }),
    (parameters) => new RMSprop(parameters, { learningRate: 0.1, momentum: 0.9 }),
  ];

  test.each(ways)(
    "%#: a tensor taken before the optimiser is made is the parameter's memory after its steps",
    (build) => {
      const model = network();
      const parameters = [...model.parameters(), variable([[1, 2]]), variable(toFloat64(tensor([3, 4])))];
      const taken = parameters.map(({ value }) => value);
      const before = taken.map((value) => value.clone());
      const layouts = taken.map(({ storage, offset, strides }) => ({ storage, offset, strides }));
      const optimiser = build(parameters);
      for (let step = 0; step < 3; step++) {
        optimiser.zeroGrad();
        loss(model).backward();
        for (const own of parameters.slice(-2)) own.square().sum().backward();
        optimiser.step();
      }
      for (const [k, { value }] of parameters.entries()) {
        expect(value).toBe(taken[k]);
        expect(value.storage).toBe(layouts[k].storage);
        expect([value.offset, value.strides]).toEqual([layouts[k].offset, layouts[k].strides]);
        expect(taken[k].equals(before[k])).toBe(false);
      }
    },
  );

  test("also parameters that share memory: a view of them sees every step", () => {
    const whole = pinned([3, 4]);
    const [top, rest] = [variable(whole.slice(0, 0, 1)), variable(whole.slice(0, 1))];
    const optimiser = new SGD([rest, top], { learningRate: 1 });
    top.sum().add(rest.mul(2).sum()).backward();
    optimiser.step();
    expect(whole.toArray()).toEqual([
      [-1, -1, -1, -1],
      [-2, -2, -2, -2],
      [-2, -2, -2, -2],
    ]);
  });

  test("making an optimiser changes neither gradients nor their buffers", () => {
    const model = network();
    const parameters = model.parameters();
    loss(model).backward();
    const before = parameters.map(({ grad, gradBuffer, value }) => ({ grad, gradBuffer, value }));
    const elements = arrays(model);
    for (const build of ways) build(parameters);
    for (const [k, { grad, gradBuffer, value }] of parameters.entries())
      expect([grad === before[k].grad, gradBuffer === before[k].gradBuffer, value === before[k].value]).toEqual([
        true,
        true,
        true,
      ]);
    expect(arrays(model)).toEqual(elements);
  });

  test("a parameter that is a part of shared memory is stepped there, and nothing around it changes", () => {
    const whole = tensorAt(handleOf(pin(ones([12]))));
    const [own, gradients] = [variable(whole.slice(0, 4, 9)), pin(ones([12])).slice(0, 4, 9)];
    const { value } = own;
    const optimiser = new SGD([own], { learningRate: 0.5, momentum: 0.5 });
    own.grad = gradients;
    optimiser.step();
    optimiser.step();
    expect(own.value).toBe(value);
    expect([...whole.data]).toEqual([1, 1, 1, 1, -0.25, -0.25, -0.25, -0.25, -0.25, 1, 1, 1]);
  });
});

describe("parameters of any layout", () => {
  test("may be empty", () => {
    const parameters = [variable([1, 2]), variable(zeros([0, 3])), variable([3])];
    const optimiser = new SGD(parameters, { learningRate: 1 });
    for (const parameter of parameters) parameter.sum().backward();
    optimiser.step();
    expect(parameters.map(({ value }) => value.toArray())).toEqual([[0, 1], [], [2]]);
    const watching = new Watching(parameters);
    expect(watching.steppedOnce()).toEqual([0, 1, 2].map((k) => [k, 0]));
    parameters[1].grad = undefined;
    expect(watching.steppedOnce()).toEqual([
      [0, 1],
      [2, 1],
    ]);
  });

  const builders: Readonly<Record<string, (parameters: readonly Variable[]) => Optimiser>> = {
    SGD: (parameters) => new SGD(parameters, { learningRate: 0.1, weightDecay: 0.1 }),
    "SGD with momentum": (parameters) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9, dampening: 0.3 }),
    "SGD, Nesterov's": (parameters) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9, nesterov: true }),
    Adam: (parameters) => new Adam(parameters, { learningRate: 0.1, weightDecay: 0.1 }),
    AdamW: (parameters) => new AdamW(parameters, { learningRate: 0.1 }),
    Lion: (parameters) => new Lion(parameters, { learningRate: 0.1, weightDecay: 0.1 }),
    RMSprop: (parameters) => new RMSprop(parameters, { learningRate: 0.1, momentum: 0.9, centered: true }),
  };

  describe.each(kinds)("with %s kernels", (kind) => {
    test.each(Object.entries(builders))(
      "%s: the bits of every parameter are those of stepping it alone",
      (_, build) => {
        /** How a parameter gets its gradient in a step; some rows of steps, one entry for each of four parameters. */
        const means = fc.constantFrom("backward", "backward", "backward", "none", "ordinary", "reversed in memory");
        const rows = fc.array(fc.tuple(means, means, means, means), { minLength: 3, maxLength: 6 });
        const start = () =>
          [pinned([5, 4, 3]).permute([0, 2, 1]), zeros([7]), pinned([2, 9]), zeros([])].map((value, k) =>
            variable(value.assign(uniform(value.shape, new Random(k)))),
          );
        const property = fc.property(rows, (steps) => {
          const [together, alone] = [start(), start()];
          const optimiser = build(together);
          const single = alone.map((parameter) => build([parameter]));
          for (const [step, row] of steps.entries()) {
            optimiser.zeroGrad();
            for (const [k, how] of row.entries()) {
              alone[k].grad = undefined;
              if (how === "none") continue;
              const g = uniform(together[k].shape, new Random(10 * step + k), -1, 1);
              const reversed = g.shape.map((_, axis) => -1 - axis);
              if (how === "backward") together[k].mul(g).sum().backward();
              else together[k].grad = how === "ordinary" ? g : pin(g.permute(reversed)).permute(reversed);
              alone[k].grad = g;
              single[k].step();
            }
            if (row.some((how) => how !== "none")) optimiser.step();
            for (const [k, { value }] of together.entries()) expect(value.equals(alone[k].value)).toBe(true);
          }
        });
        under(kind, () => fc.assert(property, { numRuns: 15 }));
      },
    );
  });
});
