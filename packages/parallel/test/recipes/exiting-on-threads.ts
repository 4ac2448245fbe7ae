/** A module that ends every thread that imports it, except the calling thread. */
import { threadId } from "node:worker_threads";
import small from "./small.ts";

if (threadId !== 0) process.exit(3);

export default small;
