/** @polygrad/parallel/internal: what the other packages of Polygrad need in addition. It may change in any version. */

export { checkSettings } from "./check-options.ts";
export { checksumOf } from "./checkpoint/checksum.ts";
export { canonical, isPlainObject, type Json, type JsonObject, plainObject } from "./checkpoint/json.ts";
export { loadRecipe, recipeUrl } from "./node/recipe.ts";
export { threadArguments } from "./node/typescript.ts";
