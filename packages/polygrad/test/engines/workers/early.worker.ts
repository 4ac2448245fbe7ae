/** A Web Worker whose module pins a tensor before it serves: the page in faults.ts starts it. */
import { serve } from "@polygrad/parallel";
import { pinned } from "polygrad";
import recipe from "./faulty.ts";

console.log(pinned([1]).size);
serve(recipe);
