/** The whole page: its head, and the stage that the address names. */
import { effect, signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { type Address, readAddress, type StageName, stageTitles } from "./address.ts";
import { Header } from "./header.tsx";

/** The pages of the stages, each of which is loaded when it is first opened. */
const pages: Readonly<Record<StageName, () => Promise<ComponentType<{ readonly address: Address }>>>> = {
  digits: async () => (await import("../stages/digits/index.ts")).Digits,
  curves: async () => (await import("../stages/curves/index.ts")).Curves,
  planes: async () => (await import("../stages/planes/index.ts")).Planes,
};

const address = signal(readAddress(location.hash));
addEventListener("hashchange", () => {
  address.value = readAddress(location.hash);
});

/** The page that is shown, and the address for which it was opened. */
const shown = signal<{ readonly Page: ComponentType<{ readonly address: Address }>; readonly address: Address }>();
/** Counts the addresses, so that each begins with a page of its own. */
let opened = 0;

effect(() => {
  const next = address.value;
  pages[next.stage]().then((Page) => {
    if (next !== address.peek()) return;
    opened++;
    scrollTo(0, 0);
    document.title = `${stageTitles[next.stage]} · Polygrad playground`;
    shown.value = { Page, address: next };
  });
});

export function App(): JSX.Element {
  const current = shown.value;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the playground
      </button>
      <Header stage={address.value.stage} />
      <main id="main" tabIndex={-1}>
        {current === undefined ? null : <current.Page key={opened} address={current.address} />}
      </main>
    </>
  );
}
