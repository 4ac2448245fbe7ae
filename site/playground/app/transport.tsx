/** Play, pause, step, reset, and how fast. */
import type { JSX } from "preact";
import type { Session } from "../train/session.ts";

/** Steps per second, by name. */
const speeds = [
  { title: "Slow", speed: 10 },
  { title: "Normal", speed: 60 },
  { title: "Fast", speed: 600 },
  { title: "Full", speed: Number.POSITIVE_INFINITY },
] as const;

interface Props<Snapshot, Answer> {
  readonly session: Session<Snapshot, Answer>;
  readonly onReset: () => void;
}

export function Transport<Snapshot, Answer>({ session, onReset }: Props<Snapshot, Answer>): JSX.Element {
  const playing = session.playing.value;
  const goal = session.goal.value;
  return (
    <section class="transport" aria-label="Training">
      <button type="button" class="main" onClick={() => (playing ? session.pause() : session.play())}>
        <Icon path={playing ? "M8 6h3v12H8zM13 6h3v12h-3z" : "M8 5.5v13l10.5-6.5z"} />
        {playing ? "Pause" : "Play"}
      </button>
      <button
        type="button"
        aria-label="One step"
        title="One step"
        disabled={playing}
        onClick={() => session.goTo(session.step.value + 1)}
      >
        <Icon path="M7 6v12l8-6zM16 6h2v12h-2z" />
      </button>
      <button type="button" aria-label="Reset" title="Reset" onClick={onReset}>
        <Icon path="M12 6V3L7 7l5 4V8a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z" />
      </button>
      <p class="steps">
        <output class="number">{session.step.value.toLocaleString("en")}</output>{" "}
        {Number.isFinite(goal) && playing ? `of ${goal.toLocaleString("en")} ` : ""}
        <span>steps</span>
      </p>
      <label class="speed">
        <span>Speed</span>
        <select
          value={String(session.speed.value)}
          onChange={({ currentTarget }) => {
            session.speed.value = Number(currentTarget.value);
          }}
        >
          {speeds.map(({ title, speed }) => (
            <option key={title} value={String(speed)}>
              {title}
            </option>
          ))}
        </select>
      </label>
    </section>
  );
}

function Icon({ path }: { readonly path: string }): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={path} fill="currentColor" />
    </svg>
  );
}
