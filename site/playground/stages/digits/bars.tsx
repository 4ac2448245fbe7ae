/** What the drawing is taken for: the probabilities of the ten digits. */
import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
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
                <i style={{ "--share": share.toFixed(4) }} />
              </span>
              <span class="number">
                {probabilities === undefined ? "–" : Math.round(100 * share)}
                <span class="unit"> %</span>
              </span>
            </li>
          );
        })}
      </ol>
      <Spoken drawing={drawing} />
    </section>
  );
}

/** Says the two likeliest digits aloud, at most every two seconds, and the last word always. */
function Spoken({ drawing }: { readonly drawing: Drawing }): JSX.Element {
  const said = useSignal("");
  const timer = useSignal<ReturnType<typeof setTimeout> | undefined>(undefined);
  useSignalEffect(() => {
    if (drawing.probabilities.value === undefined || timer.peek() !== undefined) return;
    timer.value = setTimeout(() => {
      timer.value = undefined;
      said.value = inWords(drawing.probabilities.peek());
    }, EVERY);
  });
  useEffect(() => () => clearTimeout(timer.peek()), []);
  return (
    <p class="unseen" role="status">
      {said}
    </p>
  );
}

/** In whole per cent, so that small changes are not said again. */
function inWords(probabilities: Float32Array | undefined): string {
  if (probabilities === undefined) return "Nothing is drawn.";
  const [first, second] = [...digits].sort((a, b) => probabilities[b] - probabilities[a]);
  const share = (digit: number) => `${digit}, ${Math.round(100 * probabilities[digit])} %`;
  return `It looks like ${share(first)}; or ${share(second)}.`;
}

export function bestOf(probabilities: Float32Array): number {
  return probabilities.indexOf(probabilities.reduce((most, each) => Math.max(most, each), 0));
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.9995 || share < 0.0005 ? 0 : 1)} %`;
}
