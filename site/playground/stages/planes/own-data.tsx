/** The user's own table: a CSV file, chosen or dropped, of which two columns become axes and one the classes. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId } from "preact/hooks";
import type { StageProps } from "../../app/stage.ts";
import type { Chosen, CsvAnswer } from "./csv.ts";
import { MOST_POINTS } from "./points.ts";
import type { PlanesSettings } from "./settings.ts";
import type { PlanesSnapshot } from "./trainer.ts";

export function OwnData({ session, change }: StageProps<PlanesSettings, PlanesSnapshot, CsvAnswer>): JSX.Element {
  const id = useId();
  const text = useSignal("");
  const table = useSignal<CsvAnswer | undefined>(undefined);
  const trouble = useSignal("");
  const read = async (chosen?: Chosen) => {
    try {
      table.value = await session.ask({ text: text.value, chosen });
      trouble.value = "";
      change({ data: "own", ...table.value.own }, true);
    } catch (error) {
      trouble.value = error instanceof Error ? error.message : String(error);
    }
  };
  const open = async (file: File | undefined) => {
    if (file === undefined) return;
    text.value = await file.text();
    table.value = undefined;
    await read();
  };
  useEffect(() => {
    const accept = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      open(event.dataTransfer?.files[0]);
    };
    addEventListener("dragover", accept);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", accept);
      removeEventListener("drop", drop);
    };
  }, []);
  return (
    <div class="own">
      <input
        id={id}
        type="file"
        accept=".csv,.tsv,.txt,text/csv"
        class="unseen"
        onChange={({ currentTarget }) => {
          open(currentTarget.files?.[0]);
          currentTarget.value = "";
        }}
      />
      <label for={id}>Open or drop a CSV file</label>
      {trouble.value === "" ? null : (
        <p class="failure" role="alert">
          {trouble}
        </p>
      )}
      {table.value === undefined ? null : <Columns table={table.value} onChange={read} />}
    </div>
  );
}

interface ColumnsProps {
  readonly table: CsvAnswer;
  readonly onChange: (chosen: Chosen) => void;
}

function Columns({ table, onChange }: ColumnsProps): JSX.Element {
  const { axes, labels, chosen, rows, shown } = table;
  const select = (label: string, value: string, names: readonly string[], with_: (name: string) => Chosen) => (
    <label>
      {label}
      <select value={value} onChange={({ currentTarget }) => onChange(with_(currentTarget.value))}>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div class="columns">
      {select("Across", chosen.x, axes, (x) => ({ ...chosen, x }))}
      {select("Up", chosen.y, axes, (y) => ({ ...chosen, y }))}
      {select("Class", chosen.label, labels, (label) => ({ ...chosen, label }))}
      <p class="facts">
        {shown === rows ? `${rows} rows` : `${shown} of ${rows} rows, drawn at random`}
        {shown === MOST_POINTS ? ". The link holds no more" : ""}. The table stays in this browser and in its links.
      </p>
    </div>
  );
}
