/** A module without a default export. */
export const recipe = 1;
