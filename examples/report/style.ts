/** The style of a page: one column, little colour, much room; for screens, phones and paper. */
import { colourRules, drawingStyle, FONT } from "./theme.ts";

export const pageStyle: string = `${colourRules(":root")}
:root{color-scheme:light dark}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:calc(680px + 3rem);padding:4.5rem 1.5rem 5rem;background:var(--paper);color:var(--ink);font:16px/1.6 ${FONT}}
h1{margin:0 0 1rem;font-size:2.1rem;line-height:1.2;font-weight:650;letter-spacing:-.018em;text-wrap:balance}
h2{margin:0 0 .9rem;font-size:1.3rem;line-height:1.3;font-weight:620;letter-spacing:-.008em}
p{margin:0 0 1rem}
code,pre{font:.875em/1.55 ui-monospace,"SF Mono",Menlo,Consolas,monospace}
p code,td code,th code,figcaption code{padding:.1em .3em;border-radius:3px;background:var(--shade)}
pre{margin:0 0 1.5rem;padding:.85rem 1rem;border-radius:6px;background:var(--shade);white-space:pre-wrap;overflow-wrap:anywhere}
header{margin-bottom:4rem}
.question{margin:0;font-size:1.15rem;line-height:1.55;color:var(--muted)}
.answer{margin:1.75rem 0 0;padding-left:1.1rem;border-left:3px solid var(--s1);font-size:1.15rem;line-height:1.55}
section{margin:0 0 4rem}
figure,.table{margin:2.25rem 0 2.75rem}
figcaption,.note{margin:1rem 0 0;font-size:.875rem;line-height:1.55;color:var(--muted)}
figcaption b{font-weight:600;color:var(--ink)}
.drawing{display:block;max-width:100%;height:auto}
.narrow{display:none}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.4;font-variant-numeric:tabular-nums}
caption{margin-bottom:.75rem;text-align:left;font-weight:600}
th,td{padding:.5rem 0 .5rem 1.5rem;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--grid)}
th:first-child,td:first-child{padding-left:0}
thead th{padding-top:0;border-bottom:1px solid var(--ink);font-weight:500;color:var(--muted);vertical-align:bottom}
tbody th{font-weight:400}
.number{text-align:right;white-space:nowrap}
.highlighted>*{font-weight:600}
.highlighted>:first-child{color:var(--s1)}
footer{padding-top:2.5rem;border-top:1px solid var(--grid)}
footer h2{font-size:1.05rem}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:1rem 1.5rem;margin:0;font-size:.875rem;line-height:1.45}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.long{grid-column:1/-1}
:focus-visible{outline:2px solid var(--s1);outline-offset:3px}
${drawingStyle}
@media (max-width:727px){
body{padding:2.5rem 1rem 3.5rem}
h1{font-size:1.6rem}
.question,.answer{font-size:1.05rem}
header,section{margin-bottom:3rem}
.wide{display:none}
.narrow{display:block;max-width:420px}
.narrow .drawing{width:100%}
th,td{padding-left:1rem}
}
@media print{
@page{margin:18mm 16mm}
body{max-width:none;padding:0;font-size:10.5pt}
header,section{margin-bottom:2rem}
.wide{display:block}
.narrow{display:none}
.wide .drawing{width:100%}
.scroll{overflow:visible}
h2{break-after:avoid}
figure,tr,pre,dl div{break-inside:avoid}
thead{display:table-header-group}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}`;
