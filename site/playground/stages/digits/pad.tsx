/** Where a digit is drawn, with a mouse, a finger or the keyboard, and what the network gets to see of it. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Canvas, type Paper } from "../../draw/canvas.tsx";
import { drawPicture, greys } from "../../draw/pictures.ts";
import { PIXELS, SIDE } from "./codec.ts";
import type { Drawing } from "./drawing.ts";
import type { Point } from "./strokes.ts";

/** The width of the pen, as a share of the pad's. */
const PEN = 0.075;

export function Pad({ drawing }: { readonly drawing: Drawing }): JSX.Element {
  const held = useSignal(false);
  /** The keyboard's pen: where it is, whether it draws, and whether it is to be seen. */
  const pen = useSignal({ row: SIDE / 2, column: SIDE / 2 });
  const down = useSignal(false);
  const focused = useSignal(false);

  const { row, column } = pen.value;
  const placeOf = (event: PointerEvent, box: DOMRect): Point => ({
    x: within((event.clientX - box.left) / box.width),
    y: within((event.clientY - box.top) / box.height),
  });
  const type = (event: KeyboardEvent) => {
    const move = moves[event.key];
    if (move !== undefined) {
      pen.value = { row: cell(row + move[1]), column: cell(column + move[0]) };
      if (down.value) drawing.extend(pointOf(pen.value));
    } else if (event.key === " " || event.key === "Enter") {
      down.value = !down.value;
      if (down.value) drawing.begin(pointOf(pen.value));
    } else if (event.key === "Backspace") drawing.undo();
    else if (event.key === "Delete") drawing.clear();
    else return;
    if (event.key === "Backspace" || event.key === "Delete") down.value = false;
    event.preventDefault();
  };
  return (
    <div class="drawing">
      <div
        class="sheet"
        role="slider"
        tabIndex={0}
        aria-label="Pad for a digit: the place of the pen"
        aria-valuemin={0}
        aria-valuemax={PIXELS - 1}
        aria-valuenow={row * SIDE + column}
        aria-valuetext={`row ${row + 1}, column ${column + 1}, pen ${down.value ? "down" : "up"}`}
        aria-describedby="pad-keys"
        onKeyDown={type}
        onFocus={({ currentTarget }) => {
          focused.value = currentTarget.matches(":focus-visible");
        }}
        onBlur={() => {
          focused.value = false;
          down.value = false;
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          held.value = true;
          focused.value = false;
          drawing.begin(placeOf(event, event.currentTarget.getBoundingClientRect()));
        }}
        onPointerMove={(event) => {
          if (!held.value) return;
          const box = event.currentTarget.getBoundingClientRect();
          const events = event.getCoalescedEvents?.() ?? [];
          drawing.extend(...(events.length > 0 ? events : [event]).map((each) => placeOf(each, box)));
        }}
        onPointerUp={() => {
          held.value = false;
        }}
        onPointerCancel={() => {
          held.value = false;
        }}
      >
        <Canvas
          label="What you have drawn"
          draw={(paper) => drawStrokes(paper, drawing, focused.value ? pointOf(pen.value) : undefined, down.value)}
        />
        <p class="hint" aria-hidden="true">
          Draw a digit here
        </p>
      </div>
      <div class="row">
        <button type="button" disabled={drawing.isEmpty} onClick={() => drawing.undo()}>
          Undo
        </button>
        <button type="button" disabled={drawing.isEmpty} onClick={() => drawing.clear()}>
          Clear
        </button>
      </div>
      <p id="pad-keys" class="facts keys">
        Keys: arrows move the pen, the space bar lowers and lifts it, Backspace takes a stroke back, Delete all.
      </p>
    </div>
  );
}

/** The drawing as the network gets it. */
export function Seen({ drawing }: { readonly drawing: Drawing }): JSX.Element {
  const scratch = useMemo(() => document.createElement("canvas"), []);
  return (
    <figure class="seen">
      <Canvas
        label="The drawing as the network gets it, 28 by 28 pixels"
        draw={({ context, width, colours }) => {
          const image = drawing.image.value;
          const at = (k: number) => image[k];
          drawPicture(context, { x: 0, y: 0, size: width }, SIDE, { scratch, ramp: greys(colours), at });
        }}
      />
      <figcaption>What the network gets: 28 × 28 pixels, scaled and centred as in MNIST</figcaption>
    </figure>
  );
}

/** By key, the direction in which the pen moves. */
const moves: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The number of a row or a column, kept within the pad. */
function cell(number: number): number {
  return Math.min(Math.max(number, 0), SIDE - 1);
}

/** The middle of a cell. */
function pointOf({ row, column }: { readonly row: number; readonly column: number }): Point {
  return { x: (column + 0.5) / SIDE, y: (row + 0.5) / SIDE };
}

function within(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}

function drawStrokes(paper: Paper, drawing: Drawing, pen: Point | undefined, down: boolean): void {
  const { context, width, height, colours } = paper;
  context.lineJoin = "round";
  context.lineCap = "round";
  context.lineWidth = PEN * width;
  context.strokeStyle = colours.ink;
  for (const stroke of drawing.strokes.value) {
    context.beginPath();
    // Through the middles of its parts, bent towards its points: smooth where the pointer was fast.
    for (const [k, { x, y }] of stroke.entries()) {
      const next = stroke[k + 1] ?? { x, y };
      if (k === 0) context.lineTo(x * width, y * height);
      context.quadraticCurveTo(x * width, y * height, ((x + next.x) / 2) * width, ((y + next.y) / 2) * height);
    }
    context.stroke();
  }
  if (pen === undefined) return;
  context.beginPath();
  context.arc(pen.x * width, pen.y * height, (PEN * width) / 2, 0, 2 * Math.PI);
  context.lineWidth = 2;
  context.strokeStyle = colours.accent;
  context.fillStyle = colours.accent;
  if (down) context.fill();
  context.stroke();
}
