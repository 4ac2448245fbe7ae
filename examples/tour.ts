/** `pnpm example tour`: from the derivative of a scalar to a trained network, printing as it goes. */
import {
  Adam,
  grad,
  LayerNorm,
  linspace,
  mseLoss,
  Polynomial,
  powers,
  Random,
  Sequential,
  tensor,
  variable,
} from "polygrad";

export async function main(): Promise<number> {
  console.log("1. Tensors: arrays with a shape. Operations broadcast, views copy nothing.");
  const a = tensor([
    [1, 2],
    [3, 4],
  ]);
  show("a", a);
  show("a + its columns' sums", a.add(a.sum(0)));
  show("a times its transpose", a.matmul(a.transpose()));

  console.log("2. Derivatives: grad makes a function of a function, so it can be repeated.");
  const cube = grad((x) => x.pow(3));
  show("the derivative of x^3 at 3", cube(3));
  show("its second derivative there", grad((x) => cube(x))(3));

  console.log("3. Variables remember how they were computed; backward() finds all gradients at once.");
  const [w, x] = [variable([0.5, -1]), tensor([3, 2])];
  const loss = w.mul(x).sum().sub(1).square();
  loss.backward();
  show("loss", loss);
  show("its gradient by w", w.grad);

  console.log("4. A polynomial on every edge: powers times weights, no activation function.");
  show("powers of 2 and 4", powers(tensor([[2, 4]]), 3));

  console.log("5. A network of two polynomial layers learns the sine from 64 points.");
  const random = new Random(1);
  const model = new Sequential(
    new Polynomial(1, 8, { degree: 3, random }),
    new LayerNorm(8),
    new Polynomial(8, 1, { degree: 3, random }),
  );
  const inputs = linspace(-1, 1, 64).reshape([64, 1]);
  const targets = inputs.mul(Math.PI).sin();
  const optimiser = new Adam(model.parameters(), { learningRate: 0.02 });
  for (let step = 0; step <= 600; step++) {
    const error = mseLoss(model.forward(inputs), targets);
    if (step % 200 === 0)
      console.log(`   step ${String(step).padStart(3)}: mean squared error ${error.item().toExponential(2)}`);
    optimiser.zeroGrad();
    error.backward();
    optimiser.step();
  }
  show("sine of pi/2, as learned", model.forward(tensor([[0.5]])));
  console.log("Next: pnpm example mnist");
  return 0;
}

/** Prints a value under its name, indented. */
function show(name: string, value: unknown): void {
  console.log(`   ${name}:\n${String(value).replace(/^/gm, "      ")}\n`);
}
