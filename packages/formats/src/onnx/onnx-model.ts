/** A model of an ONNX file that runs here, with gradients. Read plan.ts first. */
import { constant, type Variable } from "@polygrad/autograd";
import { type Input, Module, type Sequential } from "@polygrad/nn";
import { inputOf } from "@polygrad/nn/internal";
import { ArgumentError, ShapeError } from "@polygrad/tensor";
import { described, show } from "@polygrad/tensor/internal";
import { brief } from "../json.ts";
import { emptyRecord } from "../names.ts";
import type { OnnxValue, ParsedModel, ParsedValue } from "./parse.ts";
import type { Plan, State } from "./plan.ts";
import { asSequential } from "./sequential/as-sequential.ts";
import type { Value } from "./value.ts";

/**
 * The graph of an ONNX file as a module. Its float initialisers are its parameters, under their names in the file, as
 * fields of `state`; running statistics are buffers. It computes in evaluation, whatever its mode is: Dropout returns its
 * input.
 */
export class OnnxModel extends Module {
  /** The parameters and buffers by their names in the file. */
  readonly state: State;
  readonly #model: ParsedModel;
  readonly #plan: Plan;

  /** See `fromOnnx`, which makes models. */
  constructor(model: ParsedModel, plan: Plan) {
    super();
    this.state = plan.state;
    this.#model = model;
    this.#plan = plan;
  }

  /** The inputs, in the order in which `forward` takes them. */
  get inputs(): readonly OnnxValue[] {
    return this.#model.inputs.map(publicValue);
  }

  get outputs(): readonly OnnxValue[] {
    return this.#model.outputs.map(publicValue);
  }

  /** The version of the operators. */
  get opset(): number {
    return this.#model.opset;
  }

  /** The program that wrote the file, and its version. */
  get producer(): string {
    return this.#model.producer;
  }

  /** The name of the graph. */
  get graphName(): string {
    return this.#model.name;
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.#model.metadata;
  }

  /**
   * The first output, from the inputs in the order of `inputs`. Integers and booleans, such as the indices of an
   * embedding, are tensors of numbers.
   * @throws ShapeError if the number of inputs or a shape does not fit
   */
  forward(...inputs: readonly Input[]): Variable {
    const wanted = this.#model.inputs;
    if (inputs.length !== wanted.length)
      throw new ShapeError(
        `OnnxModel: needs ${wanted.length} inputs, ${wanted.map(({ name }) => brief(name)).join(", ")}, got ${inputs.length}`,
      );
    return this.#run(wanted.map((value, k) => accepted(value, inputs[k])))[0];
  }

  /** All outputs by name, from the inputs by name. @throws ArgumentError or ShapeError if the inputs do not fit */
  run(inputs: Readonly<Record<string, Input>>): Readonly<Record<string, Variable>> {
    if (typeof inputs !== "object" || inputs === null)
      throw new ArgumentError(`OnnxModel.run: needs an object of inputs by name, got ${described(inputs)}`);
    const wanted = this.#model.inputs;
    const stray = Object.keys(inputs).find((name) => !wanted.some((value) => value.name === name));
    if (stray !== undefined) throw new ArgumentError(`OnnxModel.run: there is no input ${brief(stray)}`);
    const results = this.#run(wanted.map((value) => accepted(value, inputs[value.name])));
    const named = emptyRecord<Variable>();
    for (const [k, { name }] of this.#model.outputs.entries()) named[name] = results[k];
    return named;
  }

  /**
   * The layers of this model as a `Sequential`, for `formula`, `toSource`, training and `toOnnx`, with copies of the
   * parameters. Files of `toOnnx` give the network that they were written from, if their graph is still what it writes;
   * of other files, a chain of linear layers, activations, softmax and normalisations.
   * @throws FormatError if the graph is not such a chain; it names the first node that does not fit
   */
  asSequential(): Sequential {
    return asSequential(this.#model);
  }

  #run(inputs: readonly Value[]): Variable[] {
    const values = new Map<string, Value>();
    for (const [name, part] of Object.entries(this.state))
      values.set(name, { x: "requiresGrad" in part ? part : constant(part.value), kind: "float" });
    for (const { name, value, kind } of this.#plan.constants) values.set(name, { x: constant(value), kind });
    for (const [k, { name }] of this.#model.inputs.entries()) values.set(name, inputs[k]);
    for (const { node, compute, last } of this.#plan.nodes) {
      const results = compute(node.inputs.map((name) => values.get(name)));
      for (const [k, name] of node.outputs.entries()) values.set(name, results[k]);
      for (const name of last) values.delete(name);
    }
    return this.#model.outputs.map(({ name }) => {
      const value = values.get(name);
      if (value === undefined) throw new ArgumentError(`OnnxModel: the output ${brief(name)} was not computed`);
      return value.x;
    });
  }
}

function publicValue({ name, type, shape }: ParsedValue): OnnxValue {
  return { name, type, shape };
}

/** An input of a call, of which rank and fixed sizes must be those of the file. */
function accepted({ name, kind, shape }: ParsedValue, given: Input): Value {
  const x = inputOf("OnnxModel", given, `the input ${brief(name)}`);
  const fits = (size: number | string, axis: number) => typeof size === "string" || size === x.shape[axis];
  if (shape !== undefined && !(x.rank === shape.length && shape.every(fits)))
    throw new ShapeError(`OnnxModel: the input ${brief(name)} must be [${shape.join(", ")}], got ${show(x.shape)}`);
  return { x, kind };
}
