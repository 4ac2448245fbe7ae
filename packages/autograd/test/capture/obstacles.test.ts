/** What makes a captured function run as usual: it returns what it would without, and explains why. */
import { assign, normal, oneHot, pin, pinned, Random, Tensor, tensor, zeros } from "@polygrad/tensor";
import { describe, expect, test } from "vitest";
import { capture, Variable, variable } from "../../src/index.ts";

type Step = (x: Tensor, labels: Uint8Array) => unknown;

const w = variable(pin(tensor([[1, -2, 3]])));
const kept = pin(tensor([1, 2, 3]));

/** Each with a part of its explanation, and a function that makes the step. */
const obstacles: Record<string, [why: string, make: () => Step]> = {
  "reading a result": ["item reads or writes elements", () => (x) => x.mul(w).sum().item()],
  "reading an argument": ["data reads or writes elements", () => (x) => x.data[0] + 1],
  "writing an argument": ["data reads or writes elements", () => (x) => x.data.fill(3) && x.mul(2)],
  "reading pinned memory": ["data reads or writes elements", () => (x) => x.mul(kept.data[0])],
  "an operation without SIMD code": ["cumsum reads or writes elements", () => (x) => x.add(1).cumsum(0)],
  float64: ["mul reads or writes elements", () => (x) => x.mul(tensor([1, 2, 3], { dtype: "float64" }))],
  "labels that JavaScript uses": ["oneHot reads indices", () => (_, labels) => oneHot(labels, 3).mul(2)],
  "gathering by labels": ["gather reads indices", () => (x, labels) => x.gather(1, Array.from(labels))],
  "random numbers": ["draws random numbers", () => drawing((random, x) => x.mul(normal([3], random)))],
  "a random choice": ["draws random numbers", () => drawing((random, x) => x.mul(random.bernoulli(0.5) ? 2 : 3))],
  "pinned memory of its own": ["pins memory", () => (x) => assign(pinned([2, 3]), x).add(1)],
  "a number that counts": ["was [0] and is now [1]", () => counting((count, x) => x.mul(count))],
  "a setting that counts": ["does not do the same each time", () => counting((count, x) => x.slice(0, count % 2, 2))],
  "a branch on a counter": ["was kernel", () => counting((count, x) => (count % 2 === 0 ? x.exp() : x.tanh()))],
  "a returned number that counts": ["value of entry", () => counting((count) => count)],
  "labels from elsewhere": [
    "labels of entry",
    () => counting((count, x) => x.crossEntropy(Uint8Array.of(count % 3, 0))),
  ],
  "labels in a tensor": ["was [0, 2] and is now [1, 1]", () => (x, labels) => x.mul(tensor(labels).unsqueeze(1))],
  "a result with its record": ["call backward() in the step", () => (x) => w.mul(x).sum()],
  "a variable computed before": ["computed before", () => withVariable((y, x) => x.mul(y.value))],
  "a variable whose value is replaced": ["replaces the value", replacing],
  "a leaf that is not pinned": ["has no home", fitting],
  "a result of another kind": ["it returns", () => (x) => new Set([x.mul(2)])],
};

function drawing(body: (random: Random, x: Tensor) => Tensor): Step {
  const random = new Random(5);
  return (x) => body(random, x);
}

function counting(body: (count: number, x: Tensor) => unknown): Step {
  let count = 0;
  return (x) => body(count++, x);
}

function withVariable(body: (y: Variable, x: Tensor) => Tensor): Step {
  const y = variable(pin(tensor([1, 2, 3]))).mul(2);
  return (x) => body(y, x);
}

function replacing(): Step {
  const own = variable(pin(tensor([1, 2, 3])));
  return (x) => {
    own.value = own.value.mul(2);
    return x.mul(own.value);
  };
}

function fitting(): Step {
  const own = variable([1, 2, 3]);
  return (x) => {
    own.zeroGrad();
    own.mul(x).sum().backward();
    return own.grad;
  };
}

/** What the step returns in five calls, with other elements each time. */
function results(step: Step): unknown[] {
  const [random, x] = [new Random(3), pin(zeros([2, 3]))];
  return Array.from({ length: 5 }, (_, k) => {
    assign(x, normal([2, 3], random));
    return shown(step(x, Uint8Array.of(k % 3, 2 - (k % 3))));
  });
}

function shown(result: unknown): unknown {
  if (result instanceof Set) return [...result].map(shown);
  return result instanceof Variable || result instanceof Tensor ? String(result) : result;
}

describe("a step runs as usual, and says so, because of", () => {
  test.each(Object.entries(obstacles))("%s", (_, [why, make]) => {
    const captured = capture(make());
    expect(results(captured)).toEqual(results(make()));
    expect(captured.explain()).toMatch(/^runs as usual, because /);
    expect(captured.explain()).toContain(why);
  });
});
