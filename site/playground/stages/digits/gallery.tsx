/** Test images with the network's answers: the most wrong ones first, and how often each digit is taken for which. */
import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { StageProps } from "../../app/stage.ts";
import { Canvas } from "../../draw/canvas.tsx";
import { drawPicture, greys } from "../../draw/pictures.ts";
import { percent } from "./bars.tsx";
import { PIXELS, SIDE } from "./codec.ts";
import { Confusion } from "./confusion.tsx";
import type { Examination } from "./examiner.ts";
import type { DigitsAnswer } from "./questions.ts";
import type { DigitsSettings } from "./settings.ts";
import type { DigitsSnapshot } from "./trainer.ts";

/** How many images are shown, and how often others may take their place while the network learns, in milliseconds. */
const WRONG = 12;
const RIGHT = 6;
const EVERY = 400;

export interface TestImages {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

interface Props extends StageProps<DigitsSettings, DigitsSnapshot, DigitsAnswer> {
  readonly images: TestImages | undefined;
}

export function Gallery({ session, images }: Props): JSX.Element {
  const shown = useSignal<Examination | undefined>(undefined);
  const last = useSignal(0);
  useSignalEffect(() => {
    const [snapshot, playing] = [session.snapshot.value, session.playing.value];
    const now = performance.now();
    if (snapshot === undefined || (playing && now - last.peek() < EVERY)) return;
    last.value = now;
    shown.value = snapshot.test;
  });
  const examination = shown.value;
  return (
    <section class="gallery" aria-labelledby="gallery-title">
      <div>
        <h2 id="gallery-title">The most wrong of 1,000 test images</h2>
        <Tiles images={images} examination={examination} />
      </div>
      <div>
        <h2>What is taken for what</h2>
        {images && examination ? <Confusion labels={images.labels} answers={examination.answers} /> : null}
      </div>
    </section>
  );
}

function Tiles({
  images,
  examination,
}: {
  readonly images: TestImages | undefined;
  readonly examination: Examination | undefined;
}): JSX.Element | null {
  if (images === undefined || examination === undefined) return null;
  const { labels } = images;
  const { answers, certainty } = examination;
  const numbers = [...labels.keys()];
  const wrong = numbers.filter((k) => answers[k] !== labels[k]).sort((a, b) => certainty[b] - certainty[a]);
  const right = numbers.filter((k) => answers[k] === labels[k]);
  return (
    <ul class="tiles">
      {[...wrong.slice(0, WRONG), ...right.slice(0, RIGHT)].map((k, place) => (
        <li key={place} class={answers[k] === labels[k] ? "right" : "wrong"}>
          <Tile pixels={images.pixels.subarray(k * PIXELS, (k + 1) * PIXELS)} label={labels[k]} />
          <p>
            <b>{answers[k]}</b> <span class="number">{percent(certainty[k])}</span>
            <br />
            {answers[k] === labels[k] ? "right" : `is a ${labels[k]}`}
          </p>
        </li>
      ))}
    </ul>
  );
}

function Tile({ pixels, label }: { readonly pixels: Uint8Array; readonly label: number }): JSX.Element {
  const scratch = useMemo(() => document.createElement("canvas"), []);
  const current = useSignal(pixels);
  current.value = pixels;
  return (
    <Canvas
      label={`A handwritten ${label}`}
      draw={({ context, width, colours }) => {
        const own = current.value;
        drawPicture(context, { x: 0, y: 0, size: width }, SIDE, { scratch, ramp: greys(colours), at: (k) => own[k] });
      }}
    />
  );
}
