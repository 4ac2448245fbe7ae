/** The pictures of the stage Digits. */
import type { JSX } from "preact";
import type { StageProps } from "../../app/stage.ts";
import type { DigitsSettings } from "./settings.ts";
import type { DigitsSnapshot } from "./trainer.ts";

export function View({ session }: StageProps<DigitsSettings, DigitsSnapshot>): JSX.Element {
  const snapshot = session.snapshot.value;
  return (
    <p class="scores">
      <span>
        Right, test{" "}
        <output class="number test-accuracy">
          {snapshot && `${(100 * snapshot.examination.test.accuracy).toFixed(1)} %`}
        </output>
      </span>
      <span>
        Workers <output class="number">{snapshot?.workers}</output>
      </span>
    </p>
  );
}
