/**
 * TensorFlow.js with the backend "wasm" or "cpu": powers by multiplication, its own Adam and loss. Its gradients are
 * published in a form meant for bundlers, so `install.ts` makes one file of this program, which also starts sooner.
 */
import { fileURLToPath } from "node:url";
import "@tensorflow/tfjs-backend-cpu";
import { getThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
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

setWasmPaths(fileURLToPath(new URL("node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url)));
await tf.setBackend(job.variant);
const about = { version: tf.version_core, backend: tf.getBackend() };
if (job.variant === "wasm") {
  about.simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
  const threaded = await tf.env().getAsync("WASM_HAS_MULTITHREAD_SUPPORT");
  about.threads = threaded ? getThreadsCount() : "1, because it has no threads in Node";
}
if (job.task === "gemm") await serve(about, gemm());
else if (job.task === "train") await serve(about, training().train);
else await race(about, training());

function gemm() {
  const operands = new Map();
  return ({ shape: [m, k, n] }) => {
    const key = `${m} ${k} ${n}`;
    if (!operands.has(key)) operands.set(key, [tf.tensor2d(noise(m * k), [m, k]), tf.tensor2d(noise(k * n), [k, n])]);
    const [a, b] = operands.get(key);
    return timeProduct(() => tf.matMul(a, b).dispose());
  };
}

function training() {
  const images = readImages(job.data);
  const { forward, variables } = job.model === "poly" ? poly() : linear();
  const adam = tf.train.adam(job.learningRate, 0.9, 0.999, 1e-8);
  const step = (indices) =>
    tf.tidy(() => {
      const { x, target } = gather(images, indices);
      const inputs = tf.tensor2d(x, [indices.length, 784]);
      const wanted = tf.tensor2d(target, [indices.length, 10]);
      const { value, grads } = tf.variableGrads(
        () => tf.losses.softmaxCrossEntropy(wanted, forward(inputs)),
        variables,
      );
      adam.applyGradients(grads);
      return value;
    });
  const train = trainer(step, (losses) =>
    losses.map((loss) => {
      const [value] = loss.dataSync();
      loss.dispose();
      return value;
    }),
  );
  const classify = (pixels, rows) => tf.tidy(() => largest(forward(tf.tensor2d(pixels, [rows, 784])).dataSync()));
  return { train, classify };
}

/**
 * x times weight, with gradients that transpose before they multiply. The gradients of `tf.matMul` let the product
 * transpose, which is slow in the Wasm backend. If `constant`, x gets no gradient.
 */
function product(x, weight, constant) {
  if (constant)
    return tf.customGrad((w, save) => {
      save([x]);
      return { value: tf.matMul(x, w), gradFunc: (dy, [x]) => tf.matMul(tf.transpose(x), dy) };
    })(weight);
  return tf.customGrad((x, w, save) => {
    save([x, w]);
    return {
      value: tf.matMul(x, w),
      gradFunc: (dy, [x, w]) => [tf.matMul(dy, tf.transpose(w)), tf.matMul(tf.transpose(x), dy)],
    };
  })(x, weight);
}

/** The constant terms need no product: x^0 is 1, so they sum to one bias for each output. */
function poly() {
  const [w1, scale, shift, w2] = readParameters(20 * 784 * 4, 20, 20, 10 * 20 * 4);
  const first = tf.variable(tf.tensor2d(termsFirst(w1, 20, 784), [4 * 784, 20]));
  const second = tf.variable(tf.tensor2d(termsFirst(w2, 10, 20), [4 * 20, 10]));
  const norm = layerNorm(scale, shift);
  const layer = (x, weight, constant) => {
    const [constants, ...terms] = tf.split(weight, 4, 0);
    const square = tf.mul(x, x);
    const powers = [x, square, tf.mul(square, x)];
    return powers.reduce((sum, power, d) => tf.add(sum, product(power, terms[d], constant)), tf.sum(constants, 0));
  };
  return {
    forward: (x) => layer(norm.forward(layer(x, first, true)), second, false),
    variables: [first, ...norm.variables, second],
  };
}

function linear() {
  const [w1, b1, scale, shift, w2, b2] = readParameters(20 * 784, 20, 20, 20, 10 * 20, 10);
  const first = tf.variable(tf.tensor2d(transposed(w1, 20, 784), [784, 20]));
  const second = tf.variable(tf.tensor2d(transposed(w2, 10, 20), [20, 10]));
  const biases = [tf.variable(tf.tensor1d(b1)), tf.variable(tf.tensor1d(b2))];
  const norm = layerNorm(scale, shift);
  return {
    forward: (x) => {
      const hidden = norm.forward(tf.relu(tf.add(product(x, first, true), biases[0])));
      return tf.add(product(hidden, second, false), biases[1]);
    },
    variables: [first, second, ...biases, ...norm.variables],
  };
}

function layerNorm(scale, shift) {
  const [weight, bias] = [tf.variable(tf.tensor1d(scale)), tf.variable(tf.tensor1d(shift))];
  const forward = (x) => {
    const centred = tf.sub(x, tf.mean(x, 1, true));
    const variance = tf.mean(tf.square(centred), 1, true);
    return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5))), weight), bias);
  };
  return { forward, variables: [weight, bias] };
}
