/** What TypeScript, C and GLSL have in common. Read dialect.ts first. */
import { type Code, choice } from "./code.ts";
import type { Dialect } from "./dialect.ts";

/** Blocks in braces, and statements as in C. */
export function braces(
  index: "int" | "let",
): Pick<Dialect, "indent" | "end" | "choice" | "assign" | "loop" | "continueIf"> {
  return {
    indent: "  ",
    end: "}",
    choice: (condition, yes, no) => choice(["", condition], [" ? ", yes], [" : ", no]),
    assign: (target, value) => `${target} = ${value};`,
    loop: (name, from, to, step) =>
      `for (${index} ${name} = ${from}; ${name} < ${to}; ${step === 1 ? `${name}++` : `${name} += ${step}`}) {`,
    continueIf: (condition) => `if (${condition}) continue;`,
  };
}

/** A function from its head, its lines and its result. */
export function block(head: string, body: readonly string[], result: string): string {
  return [`${head} {`, ...body.map((line) => `  ${line}`), `  return ${result};`, "}"].join("\n");
}

/** What a conversion does that a language does not need. */
export function same(value: Code): Code {
  return value;
}
