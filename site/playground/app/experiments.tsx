/** Settings worth a look, as links. */
import type { JSX } from "preact";
import type { StageName } from "./address.ts";

export interface Experiment {
  readonly title: string;
  /** What to look for. */
  readonly text: string;
  /** The settings that differ from the initial ones. */
  readonly query: string;
}

interface Props {
  readonly stage: StageName;
  readonly experiments: readonly Experiment[];
}

export function Experiments({ stage, experiments }: Props): JSX.Element {
  return (
    <section class="experiments" aria-labelledby="experiments">
      <h2 id="experiments">Experiments</h2>
      <ul>
        {experiments.map(({ title, text, query }) => (
          <li key={title}>
            <a href={`#/${stage}?${query}`}>{title}</a>
            <p>{text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
