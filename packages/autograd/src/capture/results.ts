/** The results of a captured step: a replay returns the same kind of result over the memory that it has filled. */
import { Tensor } from "@polygrad/tensor";
import { type Arena, described, type Taping } from "@polygrad/tensor/internal";
import { Variable } from "../variable.ts";

/** A function that makes the result of a replay, from that of the run that was taped. */
export function resultOf<Result>(result: Result, step: Taping): () => Result {
  const make = maker(result, step);
  return () => {
    const made = make();
    if (isAlike(made, result)) return made;
    throw new TypeError("capture: a replay made a result of another kind");
  };
}

function isAlike<Kind>(made: unknown, like: Kind): made is Kind {
  return typeof made === typeof like;
}

function maker(result: unknown, step: Taping): () => unknown {
  if (result instanceof Tensor) return tensorMaker(result, step);
  if (result instanceof Variable) return variableMaker(result, step);
  if (typeof result !== "object" || result === null) {
    if (typeof result === "function" || typeof result === "symbol") step.obstacle(`it returns ${described(result)}`);
    else step.note("the result", { value: result }, () => undefined);
    return () => result;
  }
  if (Array.isArray(result)) {
    const makers = result.map((item) => maker(item, step));
    return () => makers.map((make) => make());
  }
  const fields = Object.entries(result).map(([key, value]): [string, () => unknown] => [key, maker(value, step)]);
  if (Object.getPrototypeOf(result) !== Object.prototype) step.obstacle(`it returns ${described(result)}`);
  return () => Object.fromEntries(fields.map(([key, make]) => [key, make()]));
}

function tensorMaker(x: Tensor, step: Taping): () => Tensor {
  const { storage, shape, strides, offset } = x;
  const facts = { shape, strides, offset };
  if (!step.isMade(storage)) {
    if (storage.place === undefined && step.given.positionOf(storage) === undefined)
      step.obstacle("it returns a tensor that is not pinned, and that it has not computed");
    step.note("the result", { ...facts, of: step.factOf(storage) }, () => undefined);
    const now = step.given.storageNow(storage);
    return () => new Tensor(now(), shape, strides, offset);
  }
  const { address, length } = storage;
  if (address === undefined) {
    step.obstacle("it returns a tensor that JavaScript has made");
    return () => x;
  }
  const arena: Arena = step.arenas.results;
  step.note("the result", { ...facts, address, length }, () => undefined);
  return () => new Tensor(arena.storageAt(address, length), shape, strides, offset);
}

function variableMaker(x: Variable, step: Taping): () => Variable {
  if (!step.isMade(x)) return () => x;
  if (typeof x.node === "object") step.obstacle("it returns a variable with its record; call backward() in the step");
  if (x.grad !== undefined) step.obstacle("it returns a variable with a gradient, which it has made");
  const { node, isLeaf, requiresGrad, number } = x;
  const value = tensorMaker(x.value, step);
  return () => {
    const made = new Variable(value(), isLeaf || requiresGrad, undefined, number);
    made.node = node;
    if (isLeaf) made.requiresGrad = requiresGrad;
    return made;
  };
}
