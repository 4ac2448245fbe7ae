/**
 * The allow-list: the names that a pickle may refer to, and what a call of one gives. None is looked up anywhere, and
 * nothing of the file is executed. Read values.ts first.
 *
 * Source: torch/_utils.py and torch/serialization.py of PyTorch 1.13.
 */
import type { FormatError } from "../errors.ts";
import {
  type Dictionary,
  type Global,
  isCount,
  isDictionary,
  itemsOf,
  type PickleValue,
  type StorageReference,
  shown,
  type TensorReference,
  type TorchDtype,
} from "./values.ts";

type Refuse = (what: string) => FormatError;

/** The element type of each class of storages. */
const storageClasses: ReadonlyMap<string, TorchDtype> = new Map([
  ["torch.FloatStorage", "float32"],
  ["torch.DoubleStorage", "float64"],
  ["torch.HalfStorage", "float16"],
  ["torch.BFloat16Storage", "bfloat16"],
  ["torch.CharStorage", "int8"],
  ["torch.ShortStorage", "int16"],
  ["torch.IntStorage", "int32"],
  ["torch.LongStorage", "int64"],
  ["torch.ByteStorage", "uint8"],
  ["torch.BoolStorage", "bool"],
]);

/** What a call gives. */
type Call = (args: readonly PickleValue[], refuse: Refuse) => PickleValue;

const calls: ReadonlyMap<string, Call> = new Map<string, Call>([
  ["collections.OrderedDict", orderedDict],
  ["torch.Size", ([sizes], refuse) => ({ kind: "tuple", items: [...counts("the sizes", sizes, refuse)] })],
  ["torch._utils._rebuild_tensor_v2", rebuiltTensor],
  ["torch._utils._rebuild_parameter", rebuiltParameter],
]);

/** Types of elements as values, such as `{"dtype": torch.float32}`. */
const dtypes: ReadonlySet<string> = new Set([...storageClasses.values()].map((dtype) => `torch.${dtype}`));

const SAVE_STATE = "save the state dict in place of the model: torch.save(model.state_dict(), path)";

/** What to do about names that are often met. */
const advice: readonly (readonly [start: string, advice: string])[] = [
  ["numpy.", "convert NumPy's values before saving: float(x), or torch.from_numpy(x)"],
  ["torch._utils._rebuild_sparse", "save x.to_dense()"],
  ["torch._utils._rebuild_q", "save x.dequantize()"],
  ["torch.Complex", "save torch.view_as_real(x)"],
  ["torch.nn.", SAVE_STATE],
  ["torch.device", "save str(device)"],
  [
    "argparse.Namespace",
    'save vars(args) in its place; or, of a file that is there, the state dict: torch.save(torch.load(path)["model_state_dict"], other)',
  ],
];

/** A global of that name. @throws what `refuse` makes of the reason, which has the full name, unless it is on the list */
export function globalOf(module: string, name: string, refuse: Refuse): Global {
  const full = `${module}.${name}`;
  if (storageClasses.has(full) || calls.has(full) || dtypes.has(full)) return { kind: "global", name: full };
  const known = advice.find(([start]) => full.startsWith(start))?.[1];
  throw refuse(
    `it refers to ${JSON.stringify(full.slice(0, 200))}, but may only hold tensors, numbers, texts, lists and ` +
      `dictionaries; nothing was run; ${known ?? "save these alone: torch.save(model.state_dict(), path)"}`,
  );
}

/** The result of a call. */
export function callOf(called: PickleValue, args: PickleValue, refuse: Refuse): PickleValue {
  const name = typeof called === "object" && called !== null && called.kind === "global" ? called.name : undefined;
  const call = name === undefined ? undefined : calls.get(name);
  const items = itemsOf(args);
  if (call === undefined || items === undefined) throw refuse(`${shown(called)} is called with ${shown(args)}`);
  return call(items, (what) => refuse(`${name}: ${what}`));
}

/** The storage that ("storage", class, key, location, number of elements) stands for; the location is not used. */
export function storageOf(id: PickleValue, refuse: Refuse): StorageReference {
  const [kind, Class, key, , count, view] = itemsOf(id) ?? [];
  if (kind === "module") throw refuse(`it has a whole model; ${SAVE_STATE}`);
  const name = typeof Class === "object" && Class !== null && Class.kind === "global" ? Class.name : "";
  const dtype = storageClasses.get(name);
  if (kind !== "storage" || dtype === undefined || typeof key !== "string" || !isCount(count))
    throw refuse(`${shown(id)} does not describe a storage`);
  if (view !== undefined && view !== null)
    throw refuse(
      "a storage is a part of another, as in files of PyTorch before 0.4; save it again with a newer version",
    );
  return { kind: "storage", key, dtype, count };
}

function orderedDict(args: readonly PickleValue[], refuse: Refuse): Dictionary {
  const made: Dictionary = { kind: "dictionary", entries: new Map() };
  for (const pair of itemsOf(args[0]) ?? []) {
    const [key, value, ...more] = itemsOf(pair) ?? [];
    if (key === undefined || value === undefined || more.length > 0) throw refuse(`${shown(pair)} is not a pair`);
    setItem(made, key, value, refuse);
  }
  return made;
}

/** Sets an entry of a dictionary. */
export function setItem(into: Dictionary, key: PickleValue, value: PickleValue, refuse: Refuse): void {
  if (typeof key === "object" && key !== null)
    throw refuse(`${shown(key)} is a key of a dictionary; use texts or numbers`);
  into.entries.set(key, value);
}

/** (storage, offset, shape, strides, requires_grad, hooks). */
function rebuiltTensor(args: readonly PickleValue[], refuse: Refuse): TensorReference {
  const [storage, offset, sizes, steps, , hooks] = args;
  if (typeof storage !== "object" || storage === null || storage.kind !== "storage" || !isCount(offset))
    throw refuse(`needs a storage and an offset, got ${shown(storage ?? null)} and ${shown(offset ?? null)}`);
  const [shape, strides] = [counts("the shape", sizes, refuse), counts("the strides", steps, refuse)];
  if (shape.length !== strides.length)
    throw refuse(`the shape has ${shape.length} sizes, but there are ${strides.length} strides`);
  checkHooks(hooks, refuse);
  const last = shape.includes(0) ? -1 : shape.reduce((at, size, axis) => at + (size - 1) * strides[axis], offset);
  if (last >= storage.count)
    throw refuse(
      `shape [${shape}] with strides [${strides}] from offset ${offset} reaches element ${last}, but the storage has ${storage.count}`,
    );
  return { kind: "tensor", storage, offset: last < 0 ? 0 : offset, shape, strides };
}

/** (tensor, requires_grad, hooks). */
function rebuiltParameter([data, , hooks]: readonly PickleValue[], refuse: Refuse): TensorReference {
  if (typeof data !== "object" || data === null || data.kind !== "tensor")
    throw refuse(`needs a tensor, got ${shown(data ?? null)}`);
  checkHooks(hooks, refuse);
  return data;
}

/** Hooks are functions: only none of them is allowed. */
function checkHooks(hooks: PickleValue | undefined, refuse: Refuse): void {
  const isEmpty = hooks === null || hooks === undefined || (isDictionary(hooks) && hooks.entries.size === 0);
  if (!isEmpty) throw refuse("it has hooks, which are code; remove them before saving");
}

/** The most axes of a tensor: PyTorch's own limit. */
const MOST_AXES = 64;

/** A tuple of integers from 0 up. */
function counts(what: string, value: PickleValue | undefined, refuse: Refuse): number[] {
  const items = itemsOf(value);
  if (items === undefined || !items.every(isCount) || items.length > MOST_AXES)
    throw refuse(`${what} must be at most ${MOST_AXES} integers from 0 up, got ${shown(value ?? null)}`);
  return [...items];
}
