/** The pictures of the stage Digits: a pad to draw on, what the network has learned, and where it errs. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { StageProps } from "../../app/stage.ts";
import { Bars } from "./bars.tsx";
import { Drawing } from "./drawing.ts";
import { Gallery } from "./gallery.tsx";
import { Pad, Seen } from "./pad.tsx";
import type { DigitsAnswer } from "./questions.ts";
import { Scores } from "./scores.tsx";
import type { DigitsSettings } from "./settings.ts";
import type { DigitsSnapshot } from "./trainer.ts";
import { Units } from "./units.tsx";

export function View(props: StageProps<DigitsSettings, DigitsSnapshot, DigitsAnswer>): JSX.Element {
  const { session } = props;
  const drawing = useMemo(() => new Drawing(session), [session]);
  useEffect(() => () => drawing.dispose(), [drawing]);
  const images = useSignal<Extract<DigitsAnswer, { kind: "images" }> | undefined>(undefined);
  const begun = session.snapshot.value !== undefined;
  useEffect(() => {
    if (!begun) return;
    session.ask({ kind: "images" }).then(
      (answer) => {
        if (answer.kind === "images") images.value = answer;
      },
      // Without a training there are no images, and the page says why.
      () => undefined,
    );
  }, [begun, session]);
  return (
    <>
      <Scores {...props} />
      <div class="hand">
        <Pad drawing={drawing} />
        <div>
          <Bars drawing={drawing} />
          <Seen drawing={drawing} />
        </div>
      </div>
      <Units {...props} values={images.value?.values} />
      <Gallery {...props} images={images.value} />
    </>
  );
}
