/** The names of things that are kept by name. It imports nothing, so that recipes can use it: their runs depend on imports. */

/** The names of an object's members, in order, with their type. */
export function namesOf<Name extends string>(members: Readonly<Record<Name, unknown>>): Name[] {
  const names: Name[] = [];
  for (const name in members) names.push(name);
  return names;
}
