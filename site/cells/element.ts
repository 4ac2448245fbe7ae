/**
 * `<live-cell>`: a program of a page that can be edited and run.
 *
 * Without scripts it is the block of code that it contains. `output` is what the page says the program prints, and
 * `exercise` names the exercise that it is to solve.
 */
import css from "./cell.css";
import type { Editor } from "./editor.ts";
import type { Finding, Report } from "./messages.ts";
import { start } from "./runner.ts";

const html = `<style>${css}</style>
<slot></slot>
<div class="editor" part="editor" hidden></div>
<div class="bar">
  <button class="run" type="button">Run</button>
  <button class="stop" type="button" hidden>Stop</button>
  <button class="edit" type="button">Edit</button>
  <button class="reset" type="button" hidden>Reset</button>
  <span class="status" role="status"></span>
</div>
<pre class="output" tabindex="0" aria-label="Output" hidden></pre>
<ul class="findings" aria-label="Checks" hidden></ul>`;

class LiveCell extends HTMLElement {
  readonly #root = this.attachShadow({ mode: "open" });
  #editor: Editor | undefined;
  #stop: (() => void) | undefined;
  #printed = "";

  connectedCallback(): void {
    if (this.#root.childElementCount > 0) return;
    this.#root.innerHTML = html;
    this.#part("run").addEventListener("click", () => this.#run());
    this.#part("stop").addEventListener("click", () => this.#end("Stopped."));
    this.#part("edit").addEventListener("click", () => void this.#edit());
    this.#part("reset").addEventListener("click", () => this.#editor?.setValue(this.#original));
    this.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#run();
    });
    if (this.#exercise !== undefined) this.#part("run").textContent = "Check";
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }

  get #exercise(): string | undefined {
    return this.getAttribute("exercise") ?? undefined;
  }

  /** The program as the page has it. */
  get #original(): string {
    return this.querySelector("pre")?.textContent ?? "";
  }

  #part(name: string): HTMLElement {
    const part = this.#root.querySelector<HTMLElement>(`.${name}`);
    if (part === null) throw new Error(`live-cell: no part ${name}`);
    return part;
  }

  async #edit(): Promise<void> {
    const { edit } = await import("./editor.ts");
    if (this.#editor === undefined) {
      const container = this.#part("editor");
      container.hidden = false;
      this.#part("reset").hidden = false;
      this.#part("edit").hidden = true;
      for (const slot of this.#root.querySelectorAll("slot")) slot.hidden = true;
      this.#editor = edit(container, this.#original);
    }
    this.#editor.focus();
  }

  #run(): void {
    this.#stop?.();
    this.#printed = "";
    this.#part("output").textContent = "";
    this.#part("output").className = "output";
    this.#part("output").hidden = true;
    this.#part("findings").replaceChildren();
    this.#part("findings").hidden = true;
    this.#part("run").hidden = true;
    this.#part("stop").hidden = false;
    this.#part("status").textContent = "Running";
    const code = this.#editor?.value ?? this.#original;
    const exercise = this.#exercise;
    this.#stop = start(exercise === undefined ? { code } : { code, exercise }, (message) => this.#hear(message));
  }

  #hear(message: Report): void {
    if (message.type === "printed") this.#show(message.text);
    else if (message.type === "found") this.#judge(message.findings);
    else if (message.type === "failed") {
      this.#show(message.message);
      this.#part("output").classList.add("failed");
      this.#end("The program has failed.");
    } else this.#end(this.#summary(message.milliseconds));
  }

  #show(text: string): void {
    this.#printed += text;
    this.#part("output").hidden = false;
    this.#part("output").textContent = this.#printed;
  }

  #judge(findings: readonly Finding[]): void {
    this.#part("findings").hidden = false;
    this.#part("findings").replaceChildren(
      ...findings.map(({ claim, fault }) => {
        const item = document.createElement("li");
        item.className = fault === undefined ? "right" : "wrong";
        item.textContent = fault === undefined ? claim : `${claim}: ${fault}`;
        return item;
      }),
    );
  }

  #summary(milliseconds: number): string {
    const time = milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
    const findings = [...this.#part("findings").children];
    if (findings.length > 0) {
      const right = findings.filter(({ className }) => className === "right").length;
      return right === findings.length ? "Solved." : `${right} of ${findings.length} checks pass.`;
    }
    const stated = this.getAttribute("output");
    if (stated === null || this.#editor !== undefined) return `Done in ${time}.`;
    return this.#printed === stated
      ? `Done in ${time}. It has printed what the page says.`
      : `Done in ${time}. The page says something else.`;
  }

  #end(status: string): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#part("run").hidden = false;
    this.#part("stop").hidden = true;
    this.#part("status").textContent = status;
  }
}

customElements.define("live-cell", LiveCell);
