/** A Web Worker of the page in faults.ts. */
import { serve } from "@polygrad/parallel";
import recipe from "./faulty.ts";

serve(recipe);
