/** ONNX Runtime, in WebAssembly: computes what a file says, with none of our code. */
import { type Tensor, tensor } from "@polygrad/tensor";
import * as ort from "onnxruntime-web";

// One thread: no other order of sums, and nothing that outlives a test.
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

/** A file that ONNX Runtime has loaded, as a function from a batch to a batch. */
export async function loaded(file: Uint8Array): Promise<(x: Tensor) => Promise<Tensor>> {
  const session = await ort.InferenceSession.create(file);
  return async (x) => {
    const input = new ort.Tensor("float32", Float32Array.from(x.clone().data), [...x.shape]);
    const { [session.outputNames[0]]: output } = await session.run({ [session.inputNames[0]]: input });
    if (!(output.data instanceof Float32Array)) throw new Error(`the output is ${output.type}`);
    return tensor(output.data, output.dims);
  };
}

/** The largest difference of two tensors of one shape. */
export function difference(a: Tensor, b: Tensor): number {
  return a.sub(b).abs().max().item();
}
