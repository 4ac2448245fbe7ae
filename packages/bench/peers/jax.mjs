/** jax-js on its Wasm backend: the whole training step, including Adam, is one jitted function. */
import { jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import {
  gather,
  job,
  largest,
  noise,
  race,
  readImages,
  readParameters,
  serve,
  termsFirst,
  timeProduct,
  trainer,
  transposed,
} from "./serve.mjs";

// jax-js counts references, and every function consumes its arguments: `x.ref` keeps an array that is used again.
const threads = typeof Worker === "undefined" ? "1, because more need Web Workers" : navigator.hardwareConcurrency;
const about = { backend: "wasm", threads };
if (job.task === "gemm") await serve(about, product());
else if (job.task === "train") await serve(about, training().train);
else await race(about, training());

function product() {
  const operands = new Map();
  const multiply = jit((a, b) => np.matmul(a, b));
  return async ({ shape: [m, k, n] }) => {
    const key = `${m} ${k} ${n}`;
    if (!operands.has(key))
      operands.set(key, [np.array(noise(m * k)).reshape([m, k]), np.array(noise(k * n)).reshape([k, n])]);
    const [a, b] = operands.get(key);
    return timeProduct(async () => (await multiply(a.ref, b.ref).blockUntilReady()).dispose());
  };
}

function training() {
  const images = readImages(job.data);
  const network = job.model === "poly" ? poly() : linear();
  let parameters = network.parameters;
  let [means, squares] = [0, 1].map(() => tree.map((p) => np.zeros(p.shape), tree.ref(parameters)));
  const loss = (p, x, target) => {
    const logits = network.forward(p, x);
    return nn.logSoftmax(logits, -1).mul(target).sum(-1).mean().mul(-1);
  };
  const update = jit((p, m, v, corrections, x, target) => {
    const [value, gradient] = valueAndGrad(loss)(tree.ref(p), x, target);
    const [first, second] = [corrections.ref.slice(0), corrections.slice(1)];
    const newM = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), m, tree.ref(gradient));
    const newV = tree.map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), v, gradient);
    const newP = tree.map(
      (p, m, v) =>
        p.sub(
          m
            .mul(job.learningRate)
            .mul(first.ref)
            .div(np.sqrt(v.mul(second.ref)).add(1e-8)),
        ),
      p,
      tree.ref(newM),
      tree.ref(newV),
    );
    first.dispose();
    second.dispose();
    return [newP, newM, newV, value];
  });
  let steps = 0;
  const step = async (indices) => {
    steps++;
    const corrections = np.array(Float32Array.of(1 / (1 - 0.9 ** steps), 1 / (1 - 0.999 ** steps)));
    const { x, target } = gather(images, indices);
    let value;
    [parameters, means, squares, value] = update(
      parameters,
      means,
      squares,
      corrections,
      np.array(x).reshape([indices.length, 784]),
      np.array(target).reshape([indices.length, 10]),
    );
    // Without this, pending work piles up and each step takes longer than the last.
    return value.blockUntilReady();
  };
  const train = trainer(step, async (losses) => {
    await Promise.all(tree.leaves(parameters).map((p) => p.blockUntilReady()));
    return Promise.all(losses.map(async (loss) => (await loss.data())[0]));
  });
  const forward = jit((p, x) => network.forward(p, x));
  const classify = async (pixels, rows) =>
    largest(await forward(tree.ref(parameters), np.array(pixels).reshape([rows, 784])).data());
  return { train, classify };
}

function layerNorm(x, scale, shift) {
  return nn.standardize(x, -1, { epsilon: 1e-5 }).mul(scale).add(shift);
}

/** Three products, because one product with the powers side by side took over twenty times as long. */
function poly() {
  const [w1, scale, shift, w2] = readParameters(20 * 784 * 4, 20, 20, 10 * 20 * 4);
  const layer = (x, weight) => {
    const inputs = weight.shape[0] / 4;
    const terms = (d) => (d < 3 ? weight.ref : weight).slice([d * inputs, (d + 1) * inputs]);
    const constants = terms(0).sum(0);
    const square = np.square(x.ref);
    const cube = square.ref.mul(x.ref);
    return np
      .matmul(x, terms(1))
      .add(np.matmul(square, terms(2)))
      .add(np.matmul(cube, terms(3)))
      .add(constants);
  };
  return {
    parameters: {
      w1: np.array(termsFirst(w1, 20, 784)).reshape([4 * 784, 20]),
      scale: np.array(scale),
      shift: np.array(shift),
      w2: np.array(termsFirst(w2, 10, 20)).reshape([4 * 20, 10]),
    },
    forward: (p, x) => layer(layerNorm(layer(x, p.w1), p.scale, p.shift), p.w2),
  };
}

function linear() {
  const [w1, b1, scale, shift, w2, b2] = readParameters(20 * 784, 20, 20, 20, 10 * 20, 10);
  return {
    parameters: {
      w1: np.array(transposed(w1, 20, 784)).reshape([784, 20]),
      b1: np.array(b1),
      scale: np.array(scale),
      shift: np.array(shift),
      w2: np.array(transposed(w2, 10, 20)).reshape([20, 10]),
      b2: np.array(b2),
    },
    forward: (p, x) => {
      const hidden = layerNorm(nn.relu(np.matmul(x, p.w1).add(p.b1)), p.scale, p.shift);
      return np.matmul(hidden, p.w2).add(p.b2);
    },
  };
}
