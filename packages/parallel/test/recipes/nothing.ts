/** A module that exports no recipe. */
export const recipe = 1;
