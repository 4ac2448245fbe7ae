/** JSON of files that nothing is known of: nesting is limited, and names that appear twice or mean something are found. */

/**
 * Parses JSON more strictly than `JSON.parse`, which keeps the last of several values with the same name.
 * @param depth how deep arrays and objects may be nested
 * @throws what `refuse` makes of the reason: invalid or too deep JSON, a name twice in one object, the name `__proto__`
 */
export function parseStrictly(json: string, depth: number, refuse: (what: string) => Error): unknown {
  checkNames(json, depth, refuse);
  try {
    return JSON.parse(json);
  } catch (error) {
    throw refuse(`it is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** A value of a file as JSON for a message, cut if it is long; undefined, for what is missing, as such. */
export function brief(value: unknown): string {
  const json = JSON.stringify(value) ?? "undefined";
  return json.length > LONGEST_IN_MESSAGE ? `${json.slice(0, LONGEST_IN_MESSAGE)}...` : json;
}

const LONGEST_IN_MESSAGE = 200;

/** Goes through JSON that need not be valid. Whatever it makes of invalid JSON, `JSON.parse` refuses that later. */
function checkNames(json: string, depth: number, refuse: (what: string) => Error): void {
  const open: Set<string>[] = [];
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === "{" || character === "[") {
      open.push(new Set());
      if (open.length > depth) throw refuse(`its JSON is nested more than ${depth} deep at character ${i}`);
    } else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = endOfString(json, i);
      if (isColonNext(json, end)) checkName(unquoted(json.slice(i, end), refuse), open.at(-1), refuse);
      i = end - 1;
    }
  }
}

/** The position behind the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  let i = start + 1;
  while (i < json.length && json[i] !== '"') i += json[i] === "\\" ? 2 : 1;
  return i + 1;
}

function isColonNext(json: string, from: number): boolean {
  let i = from;
  while (" \t\n\r".includes(json[i] ?? "-")) i++;
  return json[i] === ":";
}

function unquoted(text: string, refuse: (what: string) => Error): string {
  try {
    return String(JSON.parse(text));
  } catch {
    throw refuse(`${text.slice(0, LONGEST_IN_MESSAGE)} is not a valid string in JSON`);
  }
}

function checkName(name: string, names: Set<string> | undefined, refuse: (what: string) => Error): void {
  if (name === "__proto__") throw refuse('the name "__proto__" is not allowed');
  if (names?.has(name)) throw refuse(`the name ${brief(name)} appears twice; names must be unique`);
  names?.add(name);
}
