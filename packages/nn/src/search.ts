/** The search through the fields of a model, which finds its parameters and names them by dotted path. */
import { Variable } from "@polygrad/autograd";
import { ArgumentError } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";

/**
 * All objects of one kind that an object's own fields and arrays hold, by path, in the order of the fields; each once.
 * @throws ArgumentError if the root is not an object
 */
export function find<Kind extends object>(
  operation: string,
  root: object,
  isWanted: (value: object) => value is Kind,
): Map<string, Kind> {
  if (typeof root !== "object" || root === null)
    throw new ArgumentError(`${operation}: the model must be an object, got ${described(root)}`);
  const [found, seen] = [new Map<string, Kind>(), new Set<object>()];
  // What is still to be visited, the next one last. Recursion would limit how deep fields may be nested.
  const ahead: [path: string, value: object][] = [["", root]];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const [path, value] = next;
    if (seen.has(value) || ArrayBuffer.isView(value)) continue;
    seen.add(value);
    if (isWanted(value)) found.set(path, value);
    if (value instanceof Variable) continue;
    for (const [key, field] of Object.entries(value).reverse())
      if (typeof field === "object" && field !== null) ahead.push([path === "" ? key : `${path}.${key}`, field]);
  }
  return found;
}

/**
 * The parameters of a model by name, in the order of the fields: `layers.0.weight`, as in PyTorch's state dict.
 * @throws ArgumentError if the model is not an object
 */
export function namedParameters(model: object): Map<string, Variable> {
  return find("namedParameters", model, isParameter);
}

/** The parameters of a model, in the order of the fields. @throws ArgumentError if the model is not an object */
export function parameters(model: object): Variable[] {
  return [...find("parameters", model, isParameter).values()];
}

/** Whether an object is a variable that can be trained: a leaf, also while it is frozen. */
export function isParameter(value: object): value is Variable {
  return value instanceof Variable && value.isLeaf;
}
