/** The settings in an address, `degree=5&basis=legendre`: read with a check, so that no link can ask for the impossible. */

export class Query {
  readonly #values: URLSearchParams;

  constructor(text: string) {
    this.#values = new URLSearchParams(text);
  }

  /** An integer from `low` to `high`. What is missing or not an integer gives `initial`; what is too far gives the end. */
  integer(name: string, initial: number, low: number, high: number): number {
    const text = this.#values.get(name) ?? "";
    return /^\d{1,15}$/.test(text) ? Math.min(Math.max(Number(text), low), high) : initial;
  }

  /** One of these numbers. */
  number<Value extends number>(name: string, initial: Value, values: readonly Value[]): Value {
    const number = Number(this.#values.get(name) ?? Number.NaN);
    return values.find((value) => value === number) ?? initial;
  }

  /** One of these words. */
  choice<Value extends string>(name: string, initial: Value, values: readonly Value[]): Value {
    const text = this.#values.get(name);
    return values.find((value) => value === text) ?? initial;
  }

  text(name: string, initial: string): string {
    return this.#values.get(name) ?? initial;
  }
}

/** Settings as the text of a query, in the order of their fields. Empty texts are left out. */
export function queryOf(settings: object): string {
  const entries = Object.entries(settings).filter(([, value]) => value !== "");
  return new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
}
