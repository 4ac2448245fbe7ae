/** Versions: when the elements of a storage were last overwritten, and by what. */

import { taping } from "../tape/current.ts";

/** What overwrites elements, such as "SGD.step", and when: the number of the write, among all writes of this thread. */
interface Write {
  readonly number: number;
  readonly writer: string;
}

const none: Write = { number: 0, writer: "" };
let writes = 0;

/** The later of two writes. */
function later(a: Write, b: Write): Write {
  return b.number > a.number ? b : a;
}

/** The version of a storage, which may be a part of another one, such as one parameter in a block of all parameters. */
export class Version {
  readonly #whole: Version | undefined;
  #last = none;
  #lastOfParts = none;

  constructor(whole?: Version) {
    this.#whole = whole;
    taping()?.made(this);
  }

  /** The last write that may have changed an element: to this storage, to a part of it, or to the whole. */
  get last(): Write {
    let last = later(this.#last, this.#lastOfParts);
    for (let whole = this.#whole; whole !== undefined; whole = whole.#whole) last = later(last, whole.#last);
    return last;
  }

  /** Notes that something has overwritten elements. */
  written(writer: string): void {
    taping()?.written(this, writer);
    this.#last = { number: ++writes, writer };
    for (let whole = this.#whole; whole !== undefined; whole = whole.#whole) whole.#lastOfParts = this.#last;
  }
}
