/** A canvas that is as sharp as the screen, follows the size of its place, and is drawn again when a signal changes. */
import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { colours, type Palette } from "../app/theme.ts";

/** Where a drawing goes: a context whose unit is a CSS pixel, its size, and the colours. */
export interface Paper {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly colours: Palette;
}

interface Props {
  /** What the picture shows, in words. */
  readonly label: string;
  readonly class?: string;
  /** Draws on empty paper. It is called again when a signal that it has read changes. */
  readonly draw: (paper: Paper) => void;
}

export function Canvas({ label, draw, class: name = "" }: Props): JSX.Element {
  const element = useRef<HTMLCanvasElement>(null);
  const size = useSignal({ width: 0, height: 0 });
  useEffect(() => {
    const canvas = element.current;
    if (canvas === null) return;
    const observer = new ResizeObserver(([{ contentRect }]) => {
      size.value = { width: contentRect.width, height: contentRect.height };
    });
    observer.observe(canvas);
    return () => observer.disconnect();
  }, []);
  useSignalEffect(() => {
    const { width, height } = size.value;
    const canvas = element.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context || width === 0) return;
    const ratio = devicePixelRatio;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across || canvas.height !== down) {
      canvas.width = across;
      canvas.height = down;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    draw({ context, width, height, colours: colours.value });
  });
  return <canvas ref={element} class={name} role="img" aria-label={label} />;
}
