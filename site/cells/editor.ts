/** The editor of a cell, which is loaded when a reader first edits one. */
import { createEditor } from "prism-code-editor";
import { defaultCommands, editHistory } from "prism-code-editor/commands";
import layout from "prism-code-editor/layout.css";
import { matchBrackets } from "prism-code-editor/match-brackets";
import "prism-code-editor/prism/languages/typescript";

/** What a cell needs of an editor. */
export interface Editor {
  readonly value: string;
  setValue(text: string): void;
  focus(): void;
}

/** Puts an editor into an element. Its colours are in cell.css. */
export function edit(container: HTMLElement, value: string): Editor {
  const style = document.createElement("style");
  style.textContent = layout;
  container.before(style);
  const editor = createEditor(
    container,
    { language: "typescript", value, tabSize: 2, lineNumbers: false, wordWrap: false },
    matchBrackets(),
    defaultCommands(),
    editHistory(),
  );
  editor.textarea.setAttribute("aria-label", "Program; the Tab key indents, Escape then Tab leaves");
  return {
    get value() {
      return editor.value;
    },
    setValue: (text) => editor.setOptions({ value: text }),
    focus: () => editor.textarea.focus(),
  };
}
