/** One of the workers on which the training runs. */
import { serve } from "@polygrad/parallel";
import recipe from "./recipe.ts";

serve(recipe);
