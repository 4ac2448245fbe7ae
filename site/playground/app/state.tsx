/** The state that a link reproduces: the hash of the weights, the link, and the networks as files. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Format } from "../train/messages.ts";
import type { Session } from "../train/session.ts";

interface Props<Snapshot, Answer> {
  readonly session: Session<Snapshot, Answer>;
  readonly networks: readonly { readonly name: string; readonly title: string }[];
}

const pause = "Pause to see the hash.";
const promise = "Whoever opens this page's link reaches these bits.";

const formats: readonly { readonly format: Format; readonly title: string }[] = [
  { format: "safetensors", title: "weights" },
  { format: "typescript", title: "TypeScript" },
  { format: "formula", title: "formula" },
];

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
        <details class="menu">
          <summary>Export</summary>
          <ul>
            {networks.map(({ name, title }) => (
              <li key={name}>
                <strong>{title}</strong>
                {formats.map((each) => (
                  <button key={each.format} type="button" onClick={() => save(session, name, each.format)}>
                    {each.title}
                  </button>
                ))}
              </li>
            ))}
          </ul>
        </details>
      </div>
    </section>
  );
}

async function save<Snapshot, Answer>(
  session: Session<Snapshot, Answer>,
  network: string,
  format: Format,
): Promise<void> {
  const file = await session.export(network, format);
  if (file === undefined) return;
  const url = URL.createObjectURL(new Blob([file.content], { type: file.type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
