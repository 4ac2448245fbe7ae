/** What a worker of the crew does: see train/worker.ts. */
import { serve } from "@polygrad/parallel";
import recipe from "./recipe.ts";

serve(recipe);
