/**
 * Unpickling: a stack machine with the opcodes that data needs, and no others. Read machine.ts and globals.ts first.
 *
 * An opcode is a byte; its argument follows it. Python's own machine can call any function that a pickle names. This one
 * has no functions: REDUCE, BUILD and BINPERSID accept the few names in globals.ts, which give plain values.
 * Source: Lib/pickletools.py of CPython, protocols 2 to 5.
 */
import type { FormatError } from "../errors.ts";
import { callOf, globalOf, setItem, storageOf } from "./globals.ts";
import { Machine } from "./machine.ts";
import {
  type Dictionary,
  isDictionary,
  itemsOf,
  type PickleValue,
  type Sequence,
  type StorageReference,
  shown,
} from "./values.ts";

/** What an opcode does. */
type Opcode = readonly [name: string, run: (m: Machine) => void];

const STOP = 0x2e;

const opcodes: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  [0x80, ["PROTO", (m) => checkProtocol(m, m.byte())]],
  [0x95, ["FRAME", (m) => void m.uint64()]],
  [0x4e, ["NONE", (m) => m.push(null)]],
  [0x88, ["NEWTRUE", (m) => m.push(true)]],
  [0x89, ["NEWFALSE", (m) => m.push(false)]],
  [0x4b, ["BININT1", (m) => m.push(m.byte())]],
  [0x4d, ["BININT2", (m) => m.push(m.uint16())]],
  [0x4a, ["BININT", (m) => m.push(m.int32())]],
  [0x8a, ["LONG1", (m) => m.push(m.long(m.byte()))]],
  [0x8b, ["LONG4", (m) => m.push(m.long(m.uint32()))]],
  [0x47, ["BINFLOAT", (m) => m.push(m.float64())]],
  [0x8c, ["SHORT_BINUNICODE", (m) => m.push(m.text(m.byte()))]],
  [0x58, ["BINUNICODE", (m) => m.push(m.text(m.uint32()))]],
  [0x8d, ["BINUNICODE8", (m) => m.push(m.text(m.uint64()))]],
  // Texts of Python 2.
  [0x55, ["SHORT_BINSTRING", (m) => m.push(m.text(m.byte()))]],
  [0x54, ["BINSTRING", (m) => m.push(m.text(m.uint32()))]],
  [0x28, ["MARK", (m) => m.mark()]],
  [0x29, ["EMPTY_TUPLE", (m) => m.push(m.popTuple(0))]],
  [0x85, ["TUPLE1", (m) => m.push(m.popTuple(1))]],
  [0x86, ["TUPLE2", (m) => m.push(m.popTuple(2))]],
  [0x87, ["TUPLE3", (m) => m.push(m.popTuple(3))]],
  [0x74, ["TUPLE", (m) => m.push({ kind: "tuple", items: m.popMark() })]],
  [0x5d, ["EMPTY_LIST", (m) => m.push({ kind: "list", items: [] })]],
  [0x61, ["APPEND", (m) => append(m, [m.pop()])]],
  [0x65, ["APPENDS", (m) => append(m, m.popMark())]],
  [0x7d, ["EMPTY_DICT", (m) => m.push({ kind: "dictionary", entries: new Map() })]],
  [0x73, ["SETITEM", (m) => setItems(m, m.popTuple(2).items)]],
  [0x75, ["SETITEMS", (m) => setItems(m, m.popMark())]],
  [0x71, ["BINPUT", (m) => void m.memo.set(m.byte(), m.top())]],
  [0x72, ["LONG_BINPUT", (m) => void m.memo.set(m.uint32(), m.top())]],
  [0x94, ["MEMOIZE", (m) => void m.memo.set(m.memo.size, m.top())]],
  [0x68, ["BINGET", (m) => m.push(remembered(m, m.byte()))]],
  [0x6a, ["LONG_BINGET", (m) => m.push(remembered(m, m.uint32()))]],
  [0x63, ["GLOBAL", (m) => m.push(globalOf(m.line(), m.line(), (what) => m.refuse(what)))]],
  [0x93, ["STACK_GLOBAL", stackGlobal]],
  [0x52, ["REDUCE", reduce]],
  [0x62, ["BUILD", build]],
  [0x51, ["BINPERSID", (m) => m.push(m.persistent(m.pop()))]],
]);

/** Opcodes that are refused, for messages. */
const others: ReadonlyMap<number, string> = new Map([
  [0x81, "NEWOBJ, which makes an object of a class"],
  [0x92, "NEWOBJ_EX, which makes an object of a class"],
  [0x69, "INST, which makes an object of a class"],
  [0x6f, "OBJ, which makes an object of a class"],
  [0x82, "EXT1, which makes an object of a class"],
  [0x83, "EXT2, which makes an object of a class"],
  [0x84, "EXT4, which makes an object of a class"],
  [0x42, "BINBYTES, bytes"],
  [0x43, "SHORT_BINBYTES, bytes"],
  [0x8f, "EMPTY_SET, a set"],
]);

/**
 * Reads one pickle: `{ value, end }`, with the place of the byte after it.
 * @param note is told of every storage that the pickle refers to
 * @throws what `refuse` makes of the reason: it is damaged, or has anything but tensors, plain values, lists and dictionaries
 */
export function unpickle(
  bytes: Uint8Array,
  start: number,
  refuse: (what: string) => FormatError,
  note: (reference: StorageReference) => void = () => undefined,
): { readonly value: PickleValue; readonly end: number } {
  const persistent = (id: PickleValue) => {
    const reference = storageOf(id, (what) => m.refuse(what));
    note(reference);
    return reference;
  };
  const m: Machine = new Machine(bytes, start, persistent, refuse);
  for (;;) {
    m.spend(1);
    const code = m.byte();
    if (code === STOP) {
      const value = m.pop();
      if (m.stack.length > 0 || m.marked.length > 0) throw m.refuse("the pickle ends with more than one value");
      return { value, end: m.at };
    }
    const opcode = opcodes.get(code);
    if (opcode === undefined)
      throw m.refuse(
        `opcode 0x${code.toString(16).padStart(2, "0")} (${others.get(code) ?? "not one of protocols 2 to 5"}) is not ` +
          "needed for tensors and is not read; save the state dict: torch.save(model.state_dict(), path)",
      );
    opcode[1](m);
  }
}

function checkProtocol(m: Machine, protocol: number): void {
  if (protocol < 2 || protocol > 5) throw m.refuse(`the pickle has protocol ${protocol}; 2 to 5 are read`);
}

function remembered(m: Machine, place: number): PickleValue {
  const value = m.memo.get(place);
  if (value === undefined) throw m.refuse(`place ${place} of the memo is empty`);
  return value;
}

function append(m: Machine, items: readonly PickleValue[]): void {
  const list: PickleValue = m.top();
  if (!isList(list)) throw m.refuse(`values are appended to ${shown(list)}, which is not a list`);
  for (const item of items) list.items.push(item);
}

function isList(value: PickleValue): value is Sequence {
  return typeof value === "object" && value !== null && value.kind === "list";
}

function setItems(m: Machine, items: readonly PickleValue[]): void {
  const into = dictionaryOn(m);
  if (items.length % 2 !== 0) throw m.refuse("a key of a dictionary has no value");
  for (let i = 0; i < items.length; i += 2) setItem(into, items[i], items[i + 1], (what) => m.refuse(what));
}

function dictionaryOn(m: Machine): Dictionary {
  const into = m.top();
  if (!isDictionary(into)) throw m.refuse(`entries are set in ${shown(into)}, which is not a dictionary`);
  return into;
}

function stackGlobal(m: Machine): void {
  const [module, name] = m.popTuple(2).items;
  if (typeof module !== "string" || typeof name !== "string")
    throw m.refuse(`a name must be two texts, got ${shown(module)} and ${shown(name)}`);
  m.push(globalOf(module, name, (what) => m.refuse(what)));
}

function reduce(m: Machine): void {
  const [called, args] = m.popTuple(2).items;
  for (const each of itemsOf(args) ?? []) m.spend(1 + (itemsOf(each)?.length ?? 0));
  m.push(callOf(called, args, (what) => m.refuse(what)));
}

/** A state dict has an attribute `_metadata`, the versions of its modules. It is read, and not used. */
function build(m: Machine): void {
  const state = m.pop();
  dictionaryOn(m);
  if (!isDictionary(state)) throw m.refuse(`the attributes of a dictionary are ${shown(state)}`);
}
