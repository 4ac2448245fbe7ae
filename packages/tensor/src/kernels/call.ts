/** Prepared calls: code of a kernel with its arguments, to be called again and again. */
import type { Compiled } from "../wasm/module.ts";

/** Calls with at most this many arguments are fast. */
const SOME = 16;

/** Calls code with these arguments, of which the last are replaced by new scalars if some are given. */
export function caller(code: Compiled, args: readonly number[]): (scalars?: readonly number[]) => void {
  if (args.length > SOME) return (scalars = []) => code(...args.slice(0, args.length - scalars.length), ...scalars);
  // Listing the arguments is three times as fast as spreading them. Code ignores those that it has no parameter for.
  const a = [...args, ...new Array<number>(SOME - args.length).fill(0)];
  return (scalars) => {
    if (scalars !== undefined)
      for (let k = 0; k < scalars.length; k++) a[args.length - scalars.length + k] = scalars[k];
    code(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14], a[15]);
  };
}
