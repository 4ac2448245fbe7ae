/** Makes functions that JavaScript can call: a module around the body of a function, compiled once and kept. */
import { heap } from "../memory/heap.ts";
import { bytesOf, name, section, unsigned, vector } from "./encode.ts";
import { FunctionBuilder } from "./function.ts";

/** A compiled function. It takes byte addresses, counts and scalars, and writes to memory. */
export type Compiled = (...parameters: number[]) => void;

/**
 * Compiled functions are small (a few kilobytes), but there are many shapes: the least recently used function is
 * dropped.
 */
const MOST_FUNCTIONS = 256;
const cache = new Map<string, { readonly call: Compiled; lastUse: number }>();
let uses = 0;

/** The module's bytes: one imported memory, one exported function. */
export function assemble(build: (f: FunctionBuilder) => void, shared: boolean): Uint8Array<ArrayBuffer> {
  const f = new FunctionBuilder();
  build(f);
  // The type of a shared memory has a maximum, which must not be below that of the imported memory.
  const limits = shared ? [0x03, 1, ...unsigned(65_536)] : [0x00, 1];
  return bytesOf([
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, vector([f.signature()])),
    section(2, vector([[name("polygrad"), name("memory"), 0x02, limits]])),
    section(3, vector([[0]])),
    section(7, vector([[name("kernel"), 0x00, 0]])),
    section(10, vector([f.body()])),
  ]);
}

/**
 * The function with that key, built and compiled if it is not in the cache. The key must state all that `build` depends
 * on.
 */
export function compiled(key: string, build: (f: FunctionBuilder) => void): Compiled {
  const known = cache.get(key);
  if (known !== undefined) {
    known.lastUse = uses++;
    return known.call;
  }
  const { memory, shared } = heap();
  const module = new WebAssembly.Module(assemble(build, shared));
  const { exports } = new WebAssembly.Instance(module, { polygrad: { memory } });
  const call = exports.kernel;
  if (!isCompiled(call)) throw new TypeError(`kernel ${key}: the module exports no function`);
  if (cache.size >= MOST_FUNCTIONS) forgetOldest();
  cache.set(key, { call, lastUse: uses++ });
  return call;
}

function forgetOldest(): void {
  let [oldest, use] = ["", Number.POSITIVE_INFINITY];
  for (const [key, { lastUse }] of cache) if (lastUse < use) [oldest, use] = [key, lastUse];
  cache.delete(oldest);
}

function isCompiled(value: unknown): value is Compiled {
  return typeof value === "function";
}
