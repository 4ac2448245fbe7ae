/** The arguments of the command, and its help. */
import { parseArgs } from "node:util";

/** What was asked for. */
export type Request =
  | { readonly task: "help" }
  | { readonly task: "version" }
  | { readonly task: "inspect"; readonly path: string; readonly json: boolean }
  | { readonly task: "convert"; readonly from: string; readonly to: string; readonly options: ConvertOptions };

/** Options of `convert`, as they were typed. */
export interface ConvertOptions {
  readonly at?: string | undefined;
  readonly layers?: string | undefined;
  readonly activation?: string | undefined;
  readonly basis?: string | undefined;
  readonly squash?: string | undefined;
  readonly inputs?: string | undefined;
  readonly opset?: string | undefined;
  readonly name?: string | undefined;
  readonly dtype?: string | undefined;
  readonly inOrder: boolean;
}

/** Thrown for arguments that make no sense; the message says what to type. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const help = `polygrad-formats: converts files of tensors and networks, and shows what is in them.

  npx @polygrad/formats inspect FILE            names, shapes, types, metadata, SHA-256
  npx @polygrad/formats convert INPUT OUTPUT    the ending of OUTPUT says what is written

Reads   .safetensors  .pt .pth (PyTorch)  .npy .npz (NumPy)  .onnx
        The content decides, not the ending. Nothing in a file is executed, and nothing is downloaded.
Writes  tensors:   .safetensors  .npz  .npy
        networks:  .onnx  .ts  .c  .py  .glsl  .tex (the network as a formula)

To write a network, its layers must be known. Models that encodeModel or toOnnx wrote say them. For other files, such as
state dicts of PyTorch, they are read from names and shapes, as a chain with no function after the last layer. Compare
what is printed with the model's forward pass. Options say what shapes do not show:

  --activation NAME  the function between layers: relu, gelu, silu, softplus, tanh, sigmoid, elu, leaky-relu, none
  --basis NAME       the basis of polynomials: monomial (the default), chebyshev, legendre, hermite
  --squash NAME      what polynomials apply to their inputs: none or tanh
  --in-order         layers whose names are no numbers (fc1, fc2, out) are used in the order of the file
  --layers JSON      all layers, with nothing guessed; JSON, or the path of a .json file:
                     '["Sequential", ["Linear", 784, 10], ["ReLU"]]'
  --at PREFIX        only the tensors whose names begin with PREFIX and a dot: --at model_state_dict

Options of what is written:

  --inputs N         the number of inputs, if no layer says it; --inputs 28,28 for ONNX models that take images
  --opset N          the version of ONNX's operators, 13 to 17 (17)
  --name NAME        the name of the function or of the graph (network); of the tensor, for .npy
  --dtype TYPE       the type of numbers in .safetensors, .npz and .npy files: float32, float64, float16, or, in
                     .safetensors files, bfloat16; by default, floats of 16 bits and small integers become
                     float32, and large integers float64

  --json             inspect prints JSON
  -h, --help, --version

Exit codes: 0 done; 1 the file was refused, cannot be read or cannot be converted; 2 wrong arguments.
`;

const text = { type: "string" } as const;
const texts = ["at", "layers", "activation", "basis", "squash", "inputs", "opset", "name", "dtype"] as const;
const yes = { type: "boolean" } as const;
const flags = { json: yes, "in-order": yes, help: { ...yes, short: "h" }, version: yes } as const;

/** Reads the arguments. @throws UsageError */
export function requestOf(args: readonly string[]): Request {
  const { values, positionals } = parsed(args);
  if (values.version === true) return { task: "version" };
  const [task, ...paths] = positionals;
  if (values.help === true || task === "help") return { task: "help" };
  const inOrder = values["in-order"] === true;
  const options = [...texts.filter((name) => values[name] !== undefined), ...(inOrder ? ["in-order"] : [])];
  if (task === "inspect") {
    if (paths.length !== 1) throw new UsageError(`inspect needs one file, got ${paths.length}`);
    if (options.length > 0) throw new UsageError(`inspect has no option --${options[0]}`);
    return { task, path: paths[0], json: values.json === true };
  }
  if (task === "convert") {
    if (paths.length !== 2) throw new UsageError(`convert needs two files, INPUT and OUTPUT, got ${paths.length}`);
    if (values.json === true) throw new UsageError("convert has no option --json");
    return { task, from: paths[0], to: paths[1], options: { ...values, inOrder } };
  }
  throw new UsageError(
    task === undefined
      ? "say what to do: inspect or convert"
      : `there is no command ${task}; there are inspect and convert`,
  );
}

function parsed(args: readonly string[]) {
  try {
    const { at, layers, activation, basis, squash, inputs, opset, name, dtype } = {
      at: text,
      layers: text,
      activation: text,
      basis: text,
      squash: text,
      inputs: text,
      opset: text,
      name: text,
      dtype: text,
    };
    const options = { at, layers, activation, basis, squash, inputs, opset, name, dtype, ...flags };
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // Node adds advice about "--", which no option here needs.
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split(". To specify")[0]);
  }
}

/** One of some words. @throws UsageError if it is another */
export function one<const Word extends string>(option: string, given: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === given);
  if (found === undefined) throw new UsageError(`--${option} must be one of ${words.join(", ")}; got ${given}`);
  return found;
}
