/** The choices of polynomial layers, which several stages have. */
import type { Basis, Squash } from "polygrad";
import type { JSX } from "preact";
import { Choice, Slider } from "../app/controls.tsx";
import { bases, squashes } from "../train/choices.ts";
import { basisTitles, squashTitles } from "./titles.ts";

export interface PolynomialChoices {
  readonly basis: Basis;
  readonly degree: number;
  readonly squash: Squash;
}

interface PolynomialControlsProps {
  readonly settings: PolynomialChoices;
  /** Which layers the squash comes before. */
  readonly squashed: string;
  readonly change: (settings: Partial<PolynomialChoices>) => void;
}

export function PolynomialControls({ settings, squashed, change }: PolynomialControlsProps): JSX.Element {
  const { basis, degree, squash } = settings;
  return (
    <>
      <Choice
        label="Polynomials"
        value={basis}
        options={bases.map((value) => ({ value, title: basisTitles[value] }))}
        onChange={(value) => change({ basis: value })}
      />
      <Slider label="Degree" value={degree} low={1} high={12} onChange={(value) => change({ degree: value })} />
      <Choice
        label={squashed}
        value={squash}
        options={squashes.map((value) => ({ value, title: squashTitles[value] }))}
        onChange={(value) => change({ squash: value })}
      />
    </>
  );
}
