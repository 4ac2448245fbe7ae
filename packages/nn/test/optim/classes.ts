/** The classes of all optimisers. */
import { Adam, AdamW, Lion, RMSprop, SGD } from "../../src/index.ts";

export const classes = [SGD, Adam, AdamW, RMSprop, Lion] as const;
