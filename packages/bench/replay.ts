/** The JavaScript of one training step, as usual and captured: kernels are compiled without their loops. */
import { Adam, capture, crossEntropy, DataLoader, type Labels, pin, Random, type Tensor } from "polygrad";
import { table, time } from "./measure.ts";
import { images, models } from "./models.ts";

const STEPS = 1000;

/** Runs `body` while modules are compiled with the right signatures, but with empty functions. */
function withEmptyKernels(body: () => void): void {
  const { Module } = WebAssembly;
  class Empty extends Module {
    constructor(bytes: BufferSource) {
      super(bytes instanceof Uint8Array ? emptied(bytes) : bytes);
    }
  }
  WebAssembly.Module = Empty;
  try {
    body();
  } finally {
    WebAssembly.Module = Module;
  }
}

/** A module of one function, without what the function does. Its last section is the code. */
function emptied(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const [CODE, HEADER] = [10, 8];
  let at = HEADER;
  for (;;) {
    if (bytes[at] === CODE) return Uint8Array.from([...bytes.subarray(0, at), CODE, 4, 1, 2, 0, 0x0b]);
    let [length, shift, next] = [0, 0, at + 1];
    for (let more = true; more; shift += 7) {
      const byte = bytes[next++];
      length += (byte & 127) << shift;
      more = byte > 127;
    }
    at = next + length;
  }
}

/** Microseconds for one step: the fastest and the median of many runs. */
function microseconds(run: () => void): string[] {
  const { min, median } = time(() => {
    for (let k = 0; k < STEPS; k++) run();
  });
  return [min, median].map((seconds) => ((seconds / STEPS) * 1e6).toFixed(2));
}

export async function benchReplay(): Promise<void> {
  const rows: string[][] = [];
  withEmptyKernels(() => {
    for (const batchSize of [128, 2048])
      for (const [name, makeModel] of Object.entries(models)) {
        const [batch] = new DataLoader(images(batchSize), { batchSize });
        const inputs = pin(batch.inputs);
        for (const kind of ["as usual", "captured"]) {
          const model = makeModel(new Random(0));
          const optimiser = new Adam(model.parameters());
          const step = (x: Tensor, labels: Labels) => {
            optimiser.zeroGrad();
            const loss = crossEntropy(model.forward(x), labels);
            loss.backward();
            optimiser.step();
            return loss;
          };
          const captured = capture(step);
          const run = kind === "captured" ? captured : step;
          rows.push([`${name}, batch ${batchSize}, ${kind}`, ...microseconds(() => run(inputs, batch.labels))]);
          if (kind === "captured" && captured.explain() !== "captured") throw new Error(captured.explain());
        }
      }
  });
  table([["JavaScript per step", "best, us", "median, us"], ...rows]);
}
