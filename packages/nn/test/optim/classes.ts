/** The classes of all optimisers. */
import { Adam, AdamW, RMSprop, SGD } from "../../src/index.ts";

export const classes = [SGD, Adam, AdamW, RMSprop] as const;
