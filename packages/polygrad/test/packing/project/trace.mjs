// node --import ./trace.mjs: writes the address of every module that is imported to $TRACE, a line each.
import { register } from "node:module";

register("./trace-hooks.mjs", import.meta.url);
