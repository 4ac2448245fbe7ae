/** What a page of the book does in the browser: shows types, switches the theme, finds files. */
import { findFiles } from "./find.ts";
import { showTypes } from "./hover.ts";
import { switchTheme } from "./theme.ts";

showTypes();
switchTheme();
findFiles();
