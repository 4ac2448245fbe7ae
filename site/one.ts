import { buildBook } from "./book/build.ts";
console.time("book"); await buildBook(new URL("./out/book", import.meta.url).pathname); console.timeEnd("book");
