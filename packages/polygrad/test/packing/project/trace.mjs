// node --import ./trace.mjs: writes the address of every imported module to the file $TRACE, one per line.
import { register } from "node:module";

register("./trace-hooks.mjs", import.meta.url);
