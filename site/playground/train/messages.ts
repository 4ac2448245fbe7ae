/** What a page and its worker say to each other. The worker answers every message by one, and does nothing unasked. */
import type { StageName } from "../app/address.ts";
import type { Format } from "./formats.ts";

/** A file that a page offers for download. */
export interface ExportedFile {
  readonly name: string;
  readonly type: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

export type Request =
  /** Begins a training. The query is that of the page's address, so a link says all there is to say. */
  | { readonly kind: "start"; readonly stage: StageName; readonly query: string }
  /** Trains up to step `until`, or for so many milliseconds, whichever ends sooner. */
  | { readonly kind: "run"; readonly until: number; readonly milliseconds: number }
  /** Asks for the SHA-256 of the weights. */
  | { readonly kind: "hash" }
  | { readonly kind: "export"; readonly network: string; readonly format: Format }
  /** Asks what only this stage understands. */
  | { readonly kind: "ask"; readonly question: unknown };

export type Reply<Snapshot, Answer> =
  | { readonly kind: "snapshot"; readonly step: number; readonly snapshot: Snapshot }
  | { readonly kind: "hash"; readonly step: number; readonly hash: string }
  | { readonly kind: "file"; readonly file: ExportedFile }
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "failed"; readonly message: string };

/** A message with the number by which its answer is recognised. */
export type Numbered<Message> = Message & { readonly id: number };
