/** What Polygrad gives in the rows about training of the table "Where we differ" of docs/pytorch.md, by row. */
import {
  Adam,
  BatchNorm1d,
  clipGradNorm,
  crossEntropy,
  Embedding,
  fullLike,
  gradients,
  klDivLoss,
  Linear,
  maximum,
  mseLoss,
  type NestedArray,
  Sequential,
  SGD,
  ShapeError,
  type Tensor,
  tensor,
  ValueError,
  type Variable,
  variable,
  zeros,
} from "polygrad";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

function gradient(f: (x: Variable) => Variable, values: NestedArray): Tensor | undefined {
  const x = variable(values);
  f(x).sum().backward();
  return x.grad;
}

/** Runs steps that are of interest for their errors only. */
function runs(...steps: readonly (() => unknown)[]): string {
  for (const step of steps) step();
  return "no error";
}

function twice(f: (x: Variable) => Variable): string {
  const y = f(variable([1, 2]));
  return runs(
    () => y.backward(),
    () => y.backward(),
  );
}

function overwritten(f: (w: Variable) => Variable): string {
  const w = variable([2]);
  const y = f(w).sum();
  w.value.assign(tensor([5]));
  return runs(() => y.backward());
}

function unusedGradient(): unknown {
  const [x, z] = [variable([1]), variable([1])];
  return gradients(x.sum(), [z]);
}

function zeroedGradient(): unknown {
  const w = variable([1]);
  const optimiser = new SGD([w], { learningRate: 0.1 });
  w.sum().backward();
  optimiser.zeroGrad();
  return w.grad;
}

function frozenGradient(): unknown {
  const w = variable([1]);
  w.sum().backward();
  w.requiresGrad = false;
  return w.grad;
}

/** A frozen parameter after a step of SGD with the gradient that it had before. */
function frozenStep(): unknown {
  const w = variable([1]);
  const optimiser = new SGD([w], { learningRate: 0.5 });
  w.sum().backward();
  const { grad } = w;
  w.requiresGrad = false;
  w.grad = grad;
  optimiser.step();
  return w;
}

/** The state of Adam, loaded by SGD with momentum. */
function otherState(): unknown {
  const w = variable([1]);
  return new SGD([w], { momentum: 0.9 }).loadStateDict(new Adam([w]).stateDict());
}

function clipNan(): unknown {
  const w = variable([1]);
  w.grad = tensor([nan]);
  return clipGradNorm([w], 1);
}

/** Whether a state dict that is refused has been loaded in part. */
function halfLoaded(): boolean {
  const [first, second] = [new Linear(1, 1), new Linear(1, 1)];
  const model = new Sequential(first, second);
  const state = Object.entries(model.stateDict()).map(([name, x]) => [name, fullLike(x, 7)]);
  try {
    model.loadStateDict({ ...Object.fromEntries(state), "layers.1.weight": zeros([2, 2]) });
  } catch (error) {
    if (error instanceof ShapeError) return first.weight.item() === 7;
  }
  throw new ValueError("the state dict was not refused");
}

function sharedState(): boolean {
  const model = new Linear(1, 1);
  model.stateDict().weight.data.fill(7);
  return model.weight.item() === 7;
}

const unknownOption: object = { rate: 0.1 };

/** In the order of the table. The name of a row is the text of its first column. */
export const trainingResults: Readonly<Record<string, () => unknown>> = {
  "gradient of `max` of 3, 3, 1": () => gradient((x) => x.max(), [3, 3, 1]),
  "gradient of `max` along the axis of 3, 3, 1": () => gradient((x) => x.max(0), [3, 3, 1]),
  "gradient of `maximum` of 2 and 2, first operand": () => gradient((x) => maximum(x, tensor(2)), 2),
  "gradient of `relu`, `abs` and `sqrt` at 0": () => [
    gradient((x) => x.relu(), 0),
    gradient((x) => x.abs(), 0),
    gradient((x) => x.sqrt(), 0),
  ],
  "gradient of `clamp` on its bound": () => gradient((x) => x.clamp(0, 1), 1),
  "gradient of `norm` of 0, 0": () => gradient((x) => x.norm(), [0, 0]),
  "gradient of `std` of 2, 2": () => gradient((x) => x.std(), [2, 2]),
  "gradient of `prod` of 0, 2, 3": () => gradient((x) => x.prod(), [0, 2, 3]),
  "gradient of `prod` of 1e-25, 1e-25": () => gradient((x) => x.prod(), [1e-25, 1e-25]),
  "gradient of x^0 at 0": () => gradient((x) => x.pow(0), 0),
  "`grad` of a leaf after `zeroGrad()`": zeroedGradient,
  "`gradients` with respect to what y does not use": unusedGradient,
  "second `backward()` through a product": () => twice((x) => x.mul(x).sum()),
  "second `backward()` through a sum": () => twice((x) => x.sum()),
  "`backward()` after a factor was overwritten": () => overwritten((w) => w.mul(variable([3]))),
  "`backward()` after a summand was overwritten": () => overwritten((w) => w.add(1)),

  "`crossEntropy` of [[Infinity, 1, 2]] and class 1": () => crossEntropy(tensor([[infinity, 1, 2]]), [1]),
  "`crossEntropy` with class 3 of 3": () => crossEntropy(tensor([[0, 1, 2]]), [3]),
  "`crossEntropy` of an empty batch": () => crossEntropy(zeros([0, 3]), []),
  "`mseLoss` of [2, 1] and [2]": () => mseLoss(zeros([2, 1]), zeros(2)),
  "`klDivLoss` of ln(1/2), ln(1/2) and 1, 0, in a batch of 1": () =>
    klDivLoss(tensor([[0.5, 0.5]]).log(), tensor([[1, 0]])),
  "`Embedding` at -1": () => new Embedding(3, 2).forward([-1]),
  "`BatchNorm1d` of one row in training": () => new BatchNorm1d(2).forward(tensor([[1, 2]])),
  "names in the state of a `Sequential` of one `Linear`": () =>
    Object.keys(new Sequential(new Linear(1, 1)).stateDict()).join(", "),
  "whether a state dict shares memory with its model": sharedState,
  "whether a refused state dict is loaded in part": halfLoaded,

  "SGD without a learning rate": () => new SGD([variable(1)]).learningRate,
  "Adam with an option it does not have": () => new Adam([variable(1)], unknownOption),
  "an optimiser given one parameter twice": () => {
    const w = variable(1);
    return new SGD([w, w]);
  },
  "an optimiser given a constant": () => new SGD([variable(1).detach()]),
  "an optimiser given a computed result": () => new SGD([variable(1).mul(2)]),
  "`step()` when nothing has a gradient": () => new SGD([variable(1)]).step(),
  "`grad` of a leaf after it was frozen": frozenGradient,
  "a frozen parameter of 1 after a step with its old gradient of 1": frozenStep,
  "whether a frozen parameter is in the state dict": () => "weight" in new Linear(1, 1).freeze().stateDict(),
  "the state of Adam, loaded by SGD": otherState,
  "`clipGradNorm` when a gradient is NaN": clipNan,
};
