/** A module that only the calling thread can import; on any other thread it throws. */
import { threadId } from "node:worker_threads";
import small from "./small.ts";

if (threadId !== 0) throw new SyntaxError("not on this thread");

export default small;
