/** Finds the names that a source file exports by reading its text, because types do not exist at run time. */
import { posix } from "node:path";
import { importName, type PackageName, packageNames, readSource } from "./reading-order.ts";

/**
 * Each exported name, and whether it is only a type. As in ECMAScript, a name that two `export *` bring in from
 * different files is not exported at all, unless the file itself exports one of them by name.
 */
export function exportedNames(name: PackageName, file: string): Map<string, boolean> {
  const text = readSource(name, file);
  const own = new Map<string, boolean>();
  for (const [, type, list] of text.matchAll(/^export( type)? \{([^}]*)\}/gm))
    for (const item of list.split(",").map((part) => part.trim()))
      if (item !== "") own.set(item.replace(/^type /, "").replace(/^.* as /, ""), Boolean(type) || /^type /.test(item));
  for (const [, all] of text.matchAll(/^export \* as (\w+) from/gm)) own.set(all, false);
  for (const [, kind, declared] of text.matchAll(
    /^export (?:declare |abstract |async )*(const|let|function\*?|class|interface|type) (\w+)/gm,
  ))
    own.set(declared, (kind === "interface" || kind === "type") && own.get(declared) !== false);

  const starred = new Map<string, boolean>();
  const seen = new Set<string>();
  for (const [, from] of text.matchAll(/^export \* from "([^"]+)"/gm))
    for (const [key, typeOnly] of namesFrom(name, file, from)) {
      if (seen.has(key)) starred.delete(key);
      else starred.set(key, typeOnly);
      seen.add(key);
    }
  return new Map([...starred, ...own]);
}

function namesFrom(name: PackageName, file: string, from: string): Map<string, boolean> {
  if (from.startsWith(".")) return exportedNames(name, posix.join(posix.dirname(file), from));
  const other = packageNames.find((candidate) => importName(candidate) === from);
  return other === undefined ? new Map() : exportedNames(other, "index.ts");
}
