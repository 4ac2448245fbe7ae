/** Makes entries: of functions, constructors, methods and properties. */
import type { Entry } from "./calls.ts";
import type { Kind } from "./kinds.ts";

/** An entry of a function. */
export function entry(call: (...args: never[]) => unknown, ...list: readonly Kind[]): Entry {
  return { call: (...args) => Reflect.apply(call, undefined, args), kinds: list };
}

/** An entry of a class: its constructor. */
export function constructing(Class: abstract new (...args: never[]) => unknown, ...list: readonly Kind[]): Entry {
  return { call: (...args) => Reflect.construct(Class, args), kinds: list };
}

/** An entry of a method, of an object that is made anew for each call. */
export function method(self: () => object, name: string | symbol, ...list: readonly Kind[]): Entry {
  return {
    call: (...args) => {
      const object = self();
      return Reflect.apply(Reflect.get(object, name), object, args);
    },
    kinds: list,
  };
}

/** The entry of a property that can be read and, if it has a kind, set. */
export function property(self: () => object, name: string, value?: Kind): Entry {
  return {
    call: (...args) => {
      const object = self();
      if (value !== undefined && !Reflect.set(object, name, args[0])) throw new Error(`${name} cannot be set`);
      return Reflect.get(object, name);
    },
    kinds: value === undefined ? [] : [value],
  };
}
