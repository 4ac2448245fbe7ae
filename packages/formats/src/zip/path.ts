/** The names of files in a zip file: paths that stay within the folder where someone unpacks them. */

import type { FormatError } from "../errors.ts";

/**
 * Refuses a name that could lead out of a folder, on any system, or that programs could read in two ways.
 * @param refuse continues a sentence that begins with the name
 */
export function checkPath(name: string, refuse: (what: string) => FormatError): void {
  const why = faultOf(name);
  if (why !== undefined) throw refuse(`is not allowed: ${why}`);
}

function faultOf(name: string): string | undefined {
  if (name.includes("\0")) return "it has a NUL";
  if (name.includes("\\")) return "it has a backslash, which separates folders on some systems only";
  if (name.startsWith("/") || /^[A-Za-z]:/.test(name)) return "it is an absolute path";
  const parts = (name.endsWith("/") ? name.slice(0, -1) : name).split("/");
  if (parts.includes("..") || parts.includes(".")) return "it has the part . or .., which leads to another folder";
  if (parts.includes("")) return "a part of it is empty";
  return undefined;
}
