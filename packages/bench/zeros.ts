/**
 * The kernels that skip zeros, on bytes of which 81 % are 0, as in MNIST. They have no twins: next to them stand those
 * of the kernels that do not skip, on the same operation.
 *
 * No operation makes lists alone, so these cases include a layer that is as small as zeros are skipped for.
 */
import { constant, DataLoader, ImageDataset, subset, type Tensor, variable } from "polygrad";
import {
  BATCH,
  backwardTo,
  type Case,
  CLASSES,
  DEGREE,
  drawn,
  FLOAT,
  IMAGES,
  INPUTS,
  linearWeight,
  OUTPUTS,
  polynomialWeight,
  random,
} from "./case.ts";

/** The share of MNIST's bytes that are not 0. */
export const DENSITY = 0.19;

/** Batches of random bytes, one after the other in the same memory. */
function* batches(): Generator<Tensor, never> {
  const byte = () => (random.uniform() < DENSITY ? 1 + random.below(255) : 0);
  const pixels = Uint8Array.from({ length: IMAGES * INPUTS }, byte);
  const images = new ImageDataset(pixels, [INPUTS], new Uint8Array(IMAGES), CLASSES);
  const shuffled = subset(images, random.permutation(IMAGES));
  for (;;) for (const { inputs } of new DataLoader(shuffled, { batchSize: BATCH, dropLast: true })) yield inputs;
}

const source = batches();

/** The next batch: it is overwritten by the one after it. */
export function nextBatch(): Tensor {
  return source.next().value;
}

/** `make()`, called once and only when it is needed: lists that are not used for long are forgotten. */
export function later(make: () => () => void): () => void {
  let run: (() => void) | undefined;
  return () => {
    run ??= make();
    run();
  };
}

export function skippingZeros(): Case[] {
  const [weight, bias, terms] = [linearWeight(OUTPUTS, INPUTS), drawn(OUTPUTS), polynomialWeight(OUTPUTS, INPUTS)];
  const [vw, vt] = [variable(weight), variable(terms)];
  const [narrow, narrowBias] = [linearWeight(4, INPUTS), drawn(4)];
  const [wide, wideBias] = [linearWeight(16, INPUTS), drawn(16)];
  const floats = nextBatch().clone();
  const layer = `[${BATCH},${INPUTS}] x [${OUTPUTS},${INPUTS}]`;
  const polynomial = `[${BATCH},${INPUTS}] x [${terms.shape}]`;
  const flops = 2 * BATCH * INPUTS * OUTPUTS * DENSITY;
  const bytes = BATCH * INPUTS;
  /** Repeats an operation on one batch, whose lists are there after the first time. */
  const onOne = (make: (x: Tensor) => () => void) => later(() => make(nextBatch()));
  return [
    {
      kernel: "lists of bytes, for 4 outputs",
      shape: `[${BATCH},${INPUTS}]`,
      work: { bytes },
      run: () => void nextBatch().linear(narrow, narrowBias),
    },
    {
      kernel: "lists of floats, for 16 outputs",
      shape: `[${BATCH},${INPUTS}]`,
      work: { bytes: bytes * FLOAT },
      run: () => void floats.linear(wide, wideBias),
    },
    {
      kernel: "sums of lists, bias and relu",
      shape: layer,
      work: { flops },
      run: onOne((x) => () => void x.linear(weight, bias, true)),
    },
    {
      kernel: "sums of lists, polynomial",
      shape: polynomial,
      work: { flops: DEGREE * flops },
      run: onOne((x) => () => void x.polynomial(terms)),
    },
    {
      kernel: "weights of lists",
      shape: layer,
      work: { flops },
      run: onOne((x) => backwardTo([vw], constant(x).linear(vw, constant(bias)))),
    },
    {
      kernel: "weights of lists, polynomial",
      shape: polynomial,
      work: { flops: DEGREE * flops },
      run: onOne((x) => backwardTo([vt], constant(x).polynomial(vt))),
    },
  ];
}
