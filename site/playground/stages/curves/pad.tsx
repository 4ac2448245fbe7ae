/** Where the curve is drawn, with a mouse, a finger or the arrow keys; and where the networks' curves approach it. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { StageProps } from "../../app/stage.ts";
import { Canvas, type Paper } from "../../draw/canvas.tsx";
import { hairline, polyline } from "../../draw/lines.ts";
import { scaleLinear } from "../../draw/scale.ts";
import { strokeOf } from "./lines.ts";
import { height, POINTS, printPoints, TOP, xOf } from "./points.ts";
import { curveOf, isPreset } from "./presets.ts";
import type { CurvesSettings } from "./settings.ts";
import { networkNames } from "./sizes.ts";
import type { CurvesSnapshot } from "./trainer.ts";

/** The y at the top of the pad. */
const HIGHEST = 1.15;

export function Pad({ session, settings, change }: StageProps<CurvesSettings, CurvesSnapshot>): JSX.Element {
  /** The curve while it is being drawn. */
  const draft = useSignal<Int8Array | undefined>(undefined);
  const last = useSignal<{ readonly k: number; readonly y: number } | undefined>(undefined);
  /** The point that the arrow keys move, while the pad has the focus. */
  const cursor = useSignal(POINTS / 2);
  const focused = useSignal(false);
  const heights = () => draft.value ?? curveOf(settings.value.f);

  const draw = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    const to = {
      k: Math.round(share * (POINTS - 1)),
      y: (1 - (2 * (event.clientY - box.top)) / box.height) * HIGHEST,
    };
    const from = last.value ?? to;
    const next = Int8Array.from(heights());
    const steps = Math.max(Math.abs(to.k - from.k), 1);
    for (let s = 0; s <= steps; s++) {
      const along = s / steps;
      next[Math.round(from.k + along * (to.k - from.k))] = height(from.y + along * (to.y - from.y));
    }
    last.value = to;
    draft.value = next;
    cursor.value = to.k;
  };
  const finish = () => {
    if (draft.value === undefined) return;
    change({ f: printPoints(draft.value) }, true);
    draft.value = undefined;
    last.value = undefined;
  };
  const type = (event: KeyboardEvent) => {
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const [along, up] = move;
    cursor.value = Math.min(Math.max(cursor.value + along, 0), POINTS - 1);
    if (up === 0) return;
    const next = Int8Array.from(heights());
    // Two neighbours on either side follow, so that a few keys make a curve and not a spike.
    for (let near = -3; near <= 3; near++) {
      const k = cursor.value + near;
      if (k >= 0 && k < POINTS) next[k] = height((next[k] + up * (1 - Math.abs(near) / 4)) / TOP);
    }
    change({ f: printPoints(next) });
  };
  const y = (heights()[cursor.value] / TOP).toFixed(2);
  return (
    <div
      class="pad"
      role="slider"
      tabIndex={0}
      aria-label="Your curve. Left and right choose a point, up and down move it"
      aria-valuemin={-1}
      aria-valuemax={1}
      aria-valuenow={Number(y)}
      aria-valuetext={`x ${xOf(cursor.value).toFixed(2)}, y ${y}`}
      onKeyDown={type}
      onFocus={({ currentTarget }) => {
        focused.value = currentTarget.matches(":focus-visible");
      }}
      onBlur={() => {
        focused.value = false;
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        draw(event);
      }}
      onPointerMove={(event) => draft.value !== undefined && draw(event)}
      onPointerUp={finish}
      onPointerCancel={finish}
    >
      <Canvas
        label="The curve and the networks' curves"
        draw={(paper) => drawPad(paper, heights(), session.snapshot, focused.value ? cursor.value : undefined)}
      />
      {isPreset(settings.value.f) && draft.value === undefined ? (
        <p class="hint" aria-hidden="true">
          Draw here
        </p>
      ) : null}
    </div>
  );
}

/** By key, how far the cursor and the point at it move. */
const moves: Readonly<Record<string, readonly [along: number, up: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 8],
  ArrowDown: [0, -8],
  PageUp: [0, 32],
  PageDown: [0, -32],
  Home: [-POINTS, 0],
  End: [POINTS, 0],
};

function drawPad(
  paper: Paper,
  heights: Int8Array,
  snapshot: Signal<CurvesSnapshot | undefined>,
  cursor: number | undefined,
): void {
  const { context, width, height, colours } = paper;
  const x = scaleLinear([-1, 1], [0, width]);
  const y = scaleLinear([-HIGHEST, HIGHEST], [height, 0]);
  hairline(paper, 0, y(0), width, y(0));
  hairline(paper, x(0), 0, x(0), height);
  const at = (k: number) => x(xOf(k));
  polyline(paper, POINTS, at, (k) => y(heights[k] / TOP), { colour: colours.ink, width: 11, alpha: 0.13 });
  for (const name of [...networkNames].reverse()) {
    const values = snapshot.value?.fits[name].values;
    if (values === undefined) continue;
    const place = (k: number) => x((2 * k) / (values.length - 1) - 1);
    polyline(paper, values.length, place, (k) => y(values[k]), strokeOf(name, colours));
  }
  if (cursor === undefined) return;
  context.beginPath();
  context.arc(at(cursor), y(heights[cursor] / TOP), 7, 0, 2 * Math.PI);
  context.fillStyle = colours.accent;
  context.fill();
}
