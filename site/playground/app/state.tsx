/** The state that a link reproduces: the hash of the weights, the link, and the networks as files. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Session } from "../train/session.ts";
import { ExportMenu } from "./export-menu.tsx";

interface Props<Snapshot, Answer> {
  readonly session: Session<Snapshot, Answer>;
  readonly networks: readonly { readonly name: string; readonly title: string }[];
}

const pause = "Pause to see the hash.";
const promise = "Whoever opens this page's link reaches these bits.";

export function State<Snapshot, Answer>({ session, networks }: Props<Snapshot, Answer>): JSX.Element {
  const copied = useSignal("");
  const hash = session.hash.value;
  const copy = (what: string, text: string) => {
    navigator.clipboard.writeText(text).then(
      () => {
        copied.value = `${what} copied.`;
      },
      () => {
        copied.value = "This browser does not let the page copy.";
      },
    );
  };
  return (
    <section class="state" aria-label="State">
      <p>
        <span>Weights</span>{" "}
        <button
          type="button"
          class="hash number"
          disabled={hash === undefined}
          title={hash}
          onClick={() => hash !== undefined && copy("Hash", hash)}
        >
          {hash?.slice(0, 12) ?? "············"}
          <span class="unseen">
            {hash === undefined ? "No hash yet" : ", the first digits of the SHA-256 of the weights: copy it"}
          </span>
        </button>
      </p>
      <p class="note" role="status">
        {copied.value || session.noHash.value || (hash === undefined ? pause : promise)}
      </p>
      <div class="row">
        <button
          type="button"
          onClick={() => {
            session.pause();
            setTimeout(() => copy("Link", location.href), 50);
          }}
        >
          Copy link
        </button>
        <ExportMenu session={session} networks={networks} />
      </div>
    </section>
  );
}
