/** What a page of the book does in the browser: has the reader's theme, shows types, finds files. */
import { findFiles } from "./find.ts";
import { showTypes } from "./hover.ts";
import { showTheme, switchTheme } from "./theme.ts";

showTheme();
addEventListener("DOMContentLoaded", () => {
  showTypes();
  switchTheme();
  findFiles();
});
