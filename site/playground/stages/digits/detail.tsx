/** One hidden unit: its weights by degree, as pictures, and the polynomial of the pixel under the pointer. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Canvas, type Paper } from "../../draw/canvas.tsx";
import { short } from "../../draw/lens.ts";
import { diverging, drawPicture, signed } from "../../draw/pictures.ts";
import { Answers } from "./answers.tsx";
import { PIXELS, SIDE } from "./codec.ts";
import { drawPolynomial } from "./pixel.ts";
import { coefficients, reach, type Unit, unitOf } from "./polynomials.ts";
import type { UnitsProps } from "./units.tsx";

/** The pixel that is shown first: the upper middle, where digits differ. */
const FIRST = 10 * SIDE + 14;

export function Detail(props: UnitsProps & { readonly unit: number }): JSX.Element {
  const { session, settings, values, unit } = props;
  const scratch = useMemo(() => document.createElement("canvas"), []);
  const pixel = useSignal(FIRST);
  const { degree, hidden, layer } = settings.value;
  const own = (): Unit | undefined => {
    const snapshot = session.snapshot.value;
    return snapshot && unitOf(snapshot.learned.weights, unit, settings.value, hidden);
  };
  const degrees = Array.from({ length: degree }, (_, k) => k + 1);
  const shown = own();
  const most = shown && reach(shown.weights);
  const [row, column] = [Math.floor(pixel.value / SIDE), pixel.value % SIDE];
  const formula = shown ? termsOf(shown, pixel.value) : "";
  return (
    <div class="detail">
      <h3>Unit {unit + 1}</h3>
      <Scale most={most} />
      <div class="edges">
        <div
          class="degrees"
          role="slider"
          tabIndex={0}
          aria-label={`A pixel of unit ${unit + 1}. Arrow keys choose another one`}
          aria-valuemin={0}
          aria-valuemax={PIXELS - 1}
          aria-valuenow={pixel.value}
          aria-valuetext={`row ${row + 1}, column ${column + 1}: ${formula}`}
          onKeyDown={(event) => {
            const move = moves[event.key];
            if (move === undefined) return;
            event.preventDefault();
            pixel.value = Math.min(Math.max(pixel.value + move, 0), PIXELS - 1);
          }}
        >
          {degrees.map((k) => (
            <figure key={k}>
              <div
                class="weights"
                onPointerMove={(event) => point(event, pixel)}
                onPointerDown={(event) => point(event, pixel)}
              >
                <Canvas
                  label={`The weights of degree ${k}`}
                  draw={(paper) => {
                    const current = own();
                    if (current) drawWeights(paper, current, k, pixel.value, scratch);
                  }}
                />
              </div>
              <figcaption>{powerOf(k, layer === "stable" ? "t" : "x")}</figcaption>
            </figure>
          ))}
        </div>
        <figure class="polynomial">
          <Canvas
            label={`What the pixel in row ${row + 1}, column ${column + 1} adds to the unit, by its value from 0 to 1`}
            draw={(paper) => {
              const current = own();
              if (current) drawPolynomial(paper, current, pixel.value, values);
            }}
          />
          <figcaption>
            <b>
              Pixel in row {row + 1}, column {column + 1}
            </b>{" "}
            <span class="number">{formula}</span>
          </figcaption>
        </figure>
      </div>
      <Answers {...props} unit={unit} />
    </div>
  );
}

/** By key, how far the pixel moves. */
const moves: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -SIDE,
  ArrowDown: SIDE,
};

function point(
  { clientX, clientY, currentTarget }: PointerEvent & { readonly currentTarget: HTMLElement },
  pixel: Signal<number>,
): void {
  const box = currentTarget.getBoundingClientRect();
  const cell = (share: number) => Math.min(Math.max(Math.floor(share * SIDE), 0), SIDE - 1);
  pixel.value = cell((clientY - box.top) / box.height) * SIDE + cell((clientX - box.left) / box.width);
}

/** The colours and the values for which they stand. */
function Scale({ most }: { readonly most: number | undefined }): JSX.Element {
  return (
    <p class="scale number">
      {most === undefined ? "" : short(-most)} <i class="scale-ramp" aria-hidden="true" />{" "}
      {most === undefined ? "" : short(most)}
    </p>
  );
}

function drawWeights(
  { context, width, colours }: Paper,
  unit: Unit,
  degree: number,
  pixel: number,
  scratch: HTMLCanvasElement,
): void {
  const own = coefficients(unit, degree);
  const most = reach(unit.weights);
  const at = (k: number) => signed(own[k] / most);
  drawPicture(context, { x: 0, y: 0, size: width }, SIDE, { scratch, ramp: diverging(colours), at });
  const cell = width / SIDE;
  context.strokeStyle = colours.ink;
  context.lineWidth = 1.5;
  context.strokeRect((pixel % SIDE) * cell - 1, Math.floor(pixel / SIDE) * cell - 1, cell + 2, cell + 2);
}

function powerOf(k: number, name: string): JSX.Element {
  const base = <i>{name}</i>;
  return k === 1 ? (
    base
  ) : (
    <>
      {base}
      <sup>{k}</sup>
    </>
  );
}

/** The polynomial as text. */
function termsOf({ weights, degree, squashed }: Unit, pixel: number): string {
  const name = squashed ? "t" : "x";
  const terms = Array.from({ length: degree }, (_, below) => {
    const value = weights[pixel * degree + below];
    const sign = value < 0 ? (below === 0 ? "−" : " − ") : below === 0 ? "" : " + ";
    return `${sign}${short(Math.abs(value))} ${name}${below === 0 ? "" : "²³⁴⁵⁶"[below - 1]}`;
  });
  return `${terms.join("")}${squashed ? ", t = tanh x" : ""}`;
}
