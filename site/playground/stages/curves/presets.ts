/** Curves to begin with. */
import { height, POINTS, readPoints, xOf } from "./points.ts";

/**
 * Each curve as a function of x in [-1, 1]. Engines may differ in the last bit of `Math.sin`, but the heights are
 * rounded to 8 bits, and no value lies so near the middle of two heights that this bit could matter: a test says so.
 */
export const presets = {
  wave: { title: "Wave", of: (x: number): number => 0.8 * Math.sin(2 * Math.PI * x) },
  chirp: { title: "Chirp", of: (x: number): number => 0.75 * Math.sin(3.5 * (x + 1) ** 2) },
  cubic: { title: "Cubic", of: (x: number): number => 3 * x ** 3 - 2.3 * x },
  bump: { title: "Bump", of: (x: number): number => 1.3 * Math.exp(-25 * (x - 0.2) ** 2) - 0.55 },
  kink: { title: "Kink", of: (x: number): number => 1.6 * Math.abs(x) - 0.8 },
  steps: { title: "Steps", of: (x: number): number => (x < -0.4 ? -0.6 : x < 0.35 ? 0.65 : -0.1) },
  teeth: { title: "Teeth", of: (x: number): number => 1.5 * Math.abs(2 * x - 2 * Math.round(x)) - 0.75 },
} as const;

export type PresetName = keyof typeof presets;
export const initialCurve: PresetName = "wave";

export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(presets, name);
}

export const presetNames: readonly PresetName[] = Object.keys(presets).filter(isPreset);

/** The curve that the setting `f` names or spells; the initial one if it does neither. */
export function curveOf(f: string): Int8Array {
  const spelt = isPreset(f) ? undefined : readPoints(f);
  if (spelt !== undefined) return spelt;
  const { of } = presets[isPreset(f) ? f : initialCurve];
  return Int8Array.from({ length: POINTS }, (_, k) => height(of(xOf(k))));
}
