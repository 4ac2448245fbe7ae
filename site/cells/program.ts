/** Makes a function of the text of a program: types are taken out, and imports become calls of `moduleOf`. */
import { transform } from "sucrase";
import { moduleOf } from "./modules.ts";

/** What a program exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/** The constructor of functions in which `await` is allowed, as it is in a module. */
const AsyncFunction: FunctionConstructor = Object.getPrototypeOf(async () => {}).constructor;

/** Runs a program to its end, and returns what it exports. */
export async function runProgram(code: string, log: Pick<Console, "log" | "error">): Promise<Exports> {
  const javascript = transform(code, {
    transforms: ["typescript", "imports"],
    preserveDynamicImport: false,
    disableESTransforms: true,
  });
  const exports: Record<string, unknown> = {};
  await AsyncFunction("require", "exports", "console", javascript.code)(moduleOf, exports, { ...console, ...log });
  return exports;
}
