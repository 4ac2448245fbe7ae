/** The menu of the files in which a network can be taken away. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type Format, formatGroups, formats } from "../train/formats.ts";
import type { Session } from "../train/session.ts";
import { Choice } from "./controls.tsx";

interface Props<Snapshot, Answer> {
  readonly session: Session<Snapshot, Answer>;
  readonly networks: readonly { readonly name: string; readonly title: string }[];
}

export function ExportMenu<Snapshot, Answer>({ session, networks }: Props<Snapshot, Answer>): JSX.Element {
  const menu = useRef<HTMLDetailsElement>(null);
  const files = useRef<HTMLDivElement>(null);
  const network = useSignal(networks[0].name);
  const said = useSignal("");
  const open = useSignal(false);
  useEffect(() => closing(menu.current), []);
  const save = async (format: Format) => {
    said.value = await saved(session, network.value, format);
  };
  useEffect(() => {
    if (open.value) files.current?.scrollIntoView({ block: "nearest" });
  }, [open.value, said.value]);
  const onToggle = () => {
    open.value = menu.current?.open ?? false;
    said.value = "";
  };
  return (
    <details class="menu" ref={menu} onToggle={onToggle}>
      <summary>Export</summary>
      <div class="files" ref={files}>
        {networks.length > 1 && (
          <Choice
            label="Network"
            value={network.value}
            options={networks.map(({ name, title }) => ({ value: name, title }))}
            onChange={(name) => (network.value = name)}
          />
        )}
        {formatGroups.map(({ title, members }) => (
          <ul key={title} aria-label={title}>
            {members.map((format) => (
              <li key={format}>
                <button type="button" onClick={() => save(format)}>
                  {formats[format].title} <span>{formats[format].note}</span>
                </button>
              </li>
            ))}
          </ul>
        ))}
        <p role="status">{said.value}</p>
      </div>
    </details>
  );
}

/** A click elsewhere closes the menu, and so does the key Escape. Returns how to stop that. */
function closing(menu: HTMLDetailsElement | null): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  document.addEventListener(
    "pointerdown",
    ({ target }) => {
      if (menu !== null && target instanceof Node && !menu.contains(target)) menu.open = false;
    },
    { signal },
  );
  menu?.addEventListener(
    "keydown",
    ({ key }) => {
      if (key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    },
    { signal },
  );
  return () => stop.abort();
}

/** Saves the file, and says what has been saved or why not. */
async function saved<Snapshot, Answer>(
  session: Session<Snapshot, Answer>,
  network: string,
  format: Format,
): Promise<string> {
  try {
    const { name, type, content } = await session.export(network, format);
    const file = new Blob([content], { type });
    const url = URL.createObjectURL(file);
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    return `${name}, ${sizeText(file.size)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function sizeText(bytes: number): string {
  const kilobytes = bytes / 1000;
  if (kilobytes < 1000) return `${kilobytes.toPrecision(kilobytes < 100 ? 2 : 3)} kB`;
  return `${(kilobytes / 1000).toPrecision(2)} MB`;
}
