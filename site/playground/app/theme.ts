/** Light or dark: what the system says until the user chooses; and the colours of the style sheet for canvases. */
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const KEY = "polygrad-theme";

/** What was chosen before; a page that may not store anything forgets it. */
function stored(): Theme {
  try {
    return themes.find((each) => each === localStorage.getItem(KEY)) ?? "system";
  } catch {
    return "system";
  }
}

export const theme: Signal<Theme> = signal(stored());

/** The colours in which canvases are drawn: the custom properties of style.css. */
export interface Palette {
  readonly ink: string;
  readonly faint: string;
  readonly hairline: string;
  readonly surface: string;
  readonly raised: string;
  readonly accent: string;
  readonly blue: string;
  readonly orange: string;
  readonly green: string;
  readonly pink: string;
}

function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour("ink"),
    faint: colour("faint"),
    hairline: colour("hairline"),
    surface: colour("surface"),
    raised: colour("raised"),
    accent: colour("accent"),
    blue: colour("blue"),
    orange: colour("orange"),
    green: colour("green"),
    pink: colour("pink"),
  };
}

const current = signal(palette());
export const colours: ReadonlySignal<Palette> = current;

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  current.value = palette();
});

effect(() => {
  document.documentElement.dataset.theme = theme.value;
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // The choice then lasts as long as the page.
  }
  current.value = palette();
});
