/** The playground. Read app/app.tsx next. */
import "./app/style.css"; // first, because canvases take their colours from it
import { render } from "preact";
import { App } from "./app/app.tsx";
import { registerServiceWorker } from "./app/offline.ts";

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
registerServiceWorker();
