/** How well the network reads, how long it has learned, and on how many cores. */
import type { JSX } from "preact";
import type { StageProps } from "../../app/stage.ts";
import { percent } from "./bars.tsx";
import type { DigitsAnswer } from "./questions.ts";
import type { DigitsSettings } from "./settings.ts";
import type { DigitsSnapshot } from "./trainer.ts";

export function Scores({ session }: StageProps<DigitsSettings, DigitsSnapshot, DigitsAnswer>): JSX.Element {
  const snapshot = session.snapshot.value;
  const epochs = snapshot && session.step.value / snapshot.stepsPerEpoch;
  return (
    <dl class="figures">
      <Figure title="Right, test images" value={snapshot && percent(snapshot.test.accuracy)} />
      <Figure title="Right, in training" value={snapshot && percent(snapshot.train.accuracy)} />
      <Figure title="Epochs" value={epochs?.toFixed(2)} />
      <Figure title="Parameters" value={snapshot?.parameters.toLocaleString("en")} />
      <Figure title="Workers" value={snapshot && crew(snapshot)} />
    </dl>
  );
}

function Figure({ title, value }: { readonly title: string; readonly value: string | undefined }): JSX.Element {
  return (
    <div>
      <dt>{title}</dt>
      <dd class="number">{value ?? "–"}</dd>
    </div>
  );
}

function crew({ workers, shared }: DigitsSnapshot): string {
  return shared ? `${workers}, shared memory` : `${workers}, the page is not isolated`;
}
