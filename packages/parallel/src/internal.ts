/** @polygrad/parallel/internal: what the other packages of Polygrad need in addition. It may change in any version. */

export { checkSettings } from "./check-options.ts";
export { checksumOf } from "./checkpoint/checksum.ts";
export { canonical, isPlainObject, type Json, type JsonObject, plainObject } from "./checkpoint/json.ts";
export { loadRecipe, recipeUrl } from "./recipe.ts";
export { threadArguments } from "./typescript.ts";
