/** A module that can be imported by the thread that starts a run, and by no other. */
import { threadId } from "node:worker_threads";
import small from "./small.ts";

if (threadId !== 0) throw new SyntaxError("not on this thread");

export default small;
