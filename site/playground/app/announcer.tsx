/** Says aloud, to screen readers, how a training stands: every few seconds, and when it pauses. */
import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import type { Session } from "../train/session.ts";

/** In milliseconds. */
const EVERY = 8000;

interface Props<Snapshot, Answer> {
  readonly session: Session<Snapshot, Answer>;
  readonly describe: (snapshot: Snapshot) => string;
}

export function Announcer<Snapshot, Answer>({ session, describe }: Props<Snapshot, Answer>): JSX.Element {
  const said = useSignal("");
  const last = useSignal(0);
  useSignalEffect(() => {
    const [snapshot, step, playing] = [session.snapshot.value, session.step.value, session.playing.value];
    const now = performance.now();
    if (snapshot === undefined || (playing && now - last.peek() < EVERY)) return;
    last.value = now;
    said.value = `${playing ? "Training" : "Paused"}, step ${step}. ${describe(snapshot)}`;
  });
  return (
    <p class="unseen" role="status">
      {said}
    </p>
  );
}
