/** What the drawing is taken for: the probabilities of the ten digits. */
import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import type { Drawing } from "./drawing.ts";
import { DIGITS } from "./settings.ts";

/** The time between two announcements, in milliseconds. */
const EVERY = 2000;

const digits: readonly number[] = Array.from({ length: DIGITS }, (_, digit) => digit);

export function Bars({ drawing }: { readonly drawing: Drawing }): JSX.Element {
  const probabilities = drawing.probabilities.value;
  const best = probabilities && bestOf(probabilities);
  return (
    <section class="bars" aria-label="What it is taken for">
      <h2>
        {best === undefined ? "Draw a digit" : "It looks like "}
        {best === undefined ? null : <output class="verdict number">{best}</output>}
      </h2>
      <ol start={0}>
        {digits.map((digit) => {
          const share = probabilities?.[digit] ?? 0;
          return (
            <li key={digit} class={digit === best ? "best" : ""}>
              <b class="number">{digit}</b>
              <span class="track" aria-hidden="true">
                <i style={{ transform: `scaleX(${share.toFixed(4)})` }} />
              </span>
              <span class="number">{probabilities === undefined ? "–" : percent(share)}</span>
            </li>
          );
        })}
      </ol>
      <Spoken drawing={drawing} />
    </section>
  );
}

/** Says the two likeliest digits aloud, now and then, when the first one or its tens of per cent have changed. */
function Spoken({ drawing }: { readonly drawing: Drawing }): JSX.Element {
  const said = useSignal("");
  const last = useSignal({ time: 0, key: "" });
  useSignalEffect(() => {
    const probabilities = drawing.probabilities.value;
    const now = performance.now();
    if (probabilities === undefined || now - last.peek().time < EVERY) return;
    const [first, second] = [...digits].sort((a, b) => probabilities[b] - probabilities[a]);
    const key = `${first} ${Math.round(10 * probabilities[first])}`;
    if (key === last.peek().key) return;
    last.value = { time: now, key };
    said.value = `It looks like ${first}, ${percent(probabilities[first])}; or ${second}, ${percent(probabilities[second])}.`;
  });
  return (
    <p class="unseen" role="status">
      {said}
    </p>
  );
}

export function bestOf(probabilities: Float32Array): number {
  return probabilities.indexOf(probabilities.reduce((most, each) => Math.max(most, each), 0));
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.9995 || share < 0.0005 ? 0 : 1)} %`;
}
