// The whole program of a Web Worker.
import { serve } from "@polygrad/parallel";
import recipe from "./recipe.js";

serve(recipe);
