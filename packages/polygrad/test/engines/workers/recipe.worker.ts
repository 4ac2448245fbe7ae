/** A Web Worker of the page in page.ts. */
import { serve } from "@polygrad/parallel";
import recipe from "./recipe.ts";

serve(recipe);
