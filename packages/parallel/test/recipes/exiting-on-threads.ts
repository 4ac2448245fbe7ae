/** A module that ends every thread that imports it, but the one that starts a run. */
import { threadId } from "node:worker_threads";
import small from "./small.ts";

if (threadId !== 0) process.exit(3);

export default small;
