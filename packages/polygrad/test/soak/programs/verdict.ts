/** Compares what the library computes with the plain evaluation, and counts. */
import type { KernelKind } from "@polygrad/tensor";
import { run } from "./library.ts";
import type { Part } from "./part.ts";
import { isStep, type Program, textOf } from "./program.ts";
import { lossAt } from "./reference.ts";

export interface Counts {
  programs: number;
  operations: number;
  compared: number;
  uncertain: number;
  avoided: number;
  /** The largest difference found, as a share of what is allowed. */
  worst: number;
}

/** How many elements of all leaves of a program are differentiated. */
const MOST_ELEMENTS = 12;

/** The four ways to run a program. */
const WAYS = [false, true].map((isDouble) => ({ isDouble, kinds: ["simd", "plain"] satisfies KernelKind[] }));

/** Runs a program in all ways. @throws Error with the program as text, if the library throws or two results differ. */
export function check(program: Program, counts: Counts): void {
  try {
    compareAll(program, counts);
  } catch (cause) {
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new Error(`${what}\nin the program\n${textOf(program)}`, { cause });
  }
}

function compareAll(program: Program, counts: Counts): void {
  const { nodes, values } = program;
  const steps = nodes.filter(isStep).length;
  counts.programs++;
  counts.operations += steps;
  counts.avoided += program.avoided;
  const fail = (what: string): never => {
    throw new Error(what);
  };
  // A sum of gradients over the elements that a broadcast element went to, and over the steps that used a variable,
  // rounds once for each of them.
  const roundings = Math.max(...values.map(({ items }) => items.length)) + 2 * steps + 8;
  const elements = sampled(program);
  const losses = elements.map(([leaf, i]) => lossAt(program, leaf, i));

  for (const { isDouble, kinds } of WAYS) {
    const precision = isDouble ? "float64" : "float32";
    const [simd, plain] = kinds.map((kind) => run(program, isDouble, kind));
    for (const name of ["values", "gradients", "seconds"] as const)
      for (const [k, own] of simd[name].entries())
        for (const [i, value] of own.entries())
          if (!Object.is(value, plain[name][k][i]))
            fail(
              `${name} of v${k} in ${precision} at ${i}: ${value} with simd, ${plain[name][k][i]} with plain kernels`,
            );

    const compare = (what: string, found: number, expected: Part, more: number) => {
      // In float64 the evaluation in the test rounds as much as the library does.
      const allowed = (expected.error + more * expected.size) * (isDouble ? 2 * 2 ** -53 : 2 ** -24) + 1e-36;
      const difference = Math.abs(found - expected.value);
      if (!(difference <= allowed))
        fail(`${what} in ${precision}: ${found}, expected ${expected.value} to within ${allowed}`);
      counts.compared++;
      counts.worst = Math.max(counts.worst, difference / allowed);
    };
    for (const [k, { items, shape }] of values.entries()) {
      if (simd.values[k].length !== items.length)
        fail(`v${k} in ${precision}: ${simd.values[k].length} elements, not [${shape}]`);
      for (const [i, { x, uncertain }] of items.entries())
        if (uncertain) counts.uncertain++;
        else compare(`v${k}[${i}]`, simd.values[k][i], x, 0);
    }
    for (const [n, [leaf, i]] of elements.entries()) {
      const { d2, d12 } = losses[n];
      compare(`the gradient of v${leaf}[${i}]`, simd.gradients[leaf][i], d2, roundings);
      compare(`the second derivative of v${leaf}[${i}]`, simd.seconds[leaf][i], d12, 3 * roundings);
    }
  }
}

/** Elements spread evenly over all leaves. */
function sampled({ nodes, values }: Program): [leaf: number, element: number][] {
  const all = nodes.flatMap((node, k): [number, number][] =>
    isStep(node) ? [] : values[k].items.map((_, i): [number, number] => [k, i]),
  );
  const step = Math.max(1, all.length / MOST_ELEMENTS);
  const count = Math.min(all.length, MOST_ELEMENTS);
  return Array.from({ length: count }, (_, n) => all[Math.floor(n * step)]);
}
