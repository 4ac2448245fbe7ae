/** The head of the page: the name, the stages, the theme. */
import type { JSX } from "preact";
import { type StageName, stageNames, stageTitles } from "./address.ts";
import { type Theme, theme, themes } from "./theme.ts";

const themeTitles: Readonly<Record<Theme, string>> = { system: "As the system", light: "Light", dark: "Dark" };

export function Header({ stage }: { readonly stage: StageName }): JSX.Element {
  return (
    <header class="head">
      <span class="wordmark">
        Polygrad <span>playground</span>
      </span>
      <nav aria-label="Stages">
        {stageNames.map((name) => (
          <a key={name} href={`#/${name}`} aria-current={name === stage ? "page" : undefined}>
            {stageTitles[name]}
          </a>
        ))}
      </nav>
      <button type="button" class="quiet" onClick={next} aria-label={`Colours: ${themeTitles[theme.value]}. Change`}>
        <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
          <circle cx="12" cy="12" r="8" fill="none" stroke="currentColor" stroke-width="1.5" />
          <path d={halves[theme.value]} fill="currentColor" />
        </svg>
      </button>
    </header>
  );
}

/** What is dark of the disc: a half, nothing, or all. */
const halves: Readonly<Record<Theme, string>> = {
  system: "M12 4a8 8 0 0 1 0 16z",
  light: "",
  dark: "M12 4a8 8 0 0 1 0 16a8 8 0 0 1 0-16z",
};

function next(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length];
}
