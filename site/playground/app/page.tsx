/** A stage on the page: what it is about, its pictures, and beside them the controls. */
import type { ComponentType, JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Address } from "./address.ts";
import { Announcer } from "./announcer.tsx";
import { Experiments } from "./experiments.tsx";
import { Run } from "./run.ts";
import type { Stage } from "./stage.ts";
import { State } from "./state.tsx";
import { Transport } from "./transport.tsx";

/** The page of a stage. */
export function pageOf<Settings extends object, Snapshot, Answer>(
  stage: Stage<Settings, Snapshot, Answer>,
): ComponentType<{ readonly address: Address }> {
  return function Page({ address }): JSX.Element {
    const run = useMemo(() => new Run(stage, address), [address]);
    useEffect(() => () => run.dispose(), [run]);
    const { session, settings, change } = run;
    const failure = session.failure.value;
    const props = { session, settings, change };
    return (
      <div class={`stage ${stage.name}`}>
        <div class="lead">
          <h1>{stage.title}</h1>
          <p>{stage.lead}</p>
        </div>
        <div class="pictures">
          {failure === undefined ? null : (
            <p class="failure" role="alert">
              {failure}
            </p>
          )}
          <stage.View {...props} />
        </div>
        <aside class="rail" aria-label="Controls">
          <Transport session={session} onReset={() => run.restart(false)} />
          <State session={session} networks={stage.networks} />
          <stage.Controls {...props} />
        </aside>
        {stage.experiments && stage.experiments.length > 0 && (
          <Experiments stage={stage.name} experiments={stage.experiments} />
        )}
        <Announcer session={session} describe={stage.describe} />
      </div>
    );
  };
}
