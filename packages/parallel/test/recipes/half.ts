/** A recipe that lacks an optimiser. */
import small from "./small.ts";

const { data, model, loss } = small;

export default { data, model, loss };
