/** What a program prints, as Node prints it. Lines are sent in bundles: a loop that prints must not flood the page. */
import { format } from "node-inspect-extracted";

/** The milliseconds between two bundles. */
const PAUSE = 50;
/** More characters than this are not shown. */
const MOST = 100_000;

export class Printer {
  readonly #send: (text: string) => void;
  #waiting = "";
  #sent = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  print(values: readonly unknown[]): void {
    const length = this.#sent + this.#waiting.length;
    if (length > MOST) return;
    this.#waiting += `${format(...values)}\n`;
    if (length + this.#waiting.length > MOST) this.#waiting += "... and more, which is not shown\n";
    if (performance.now() - this.#last > PAUSE) this.flush();
  }

  flush(): void {
    if (this.#waiting !== "") this.#send(this.#waiting);
    this.#sent += this.#waiting.length;
    this.#waiting = "";
    this.#last = performance.now();
  }
}
