/** Names of queues. */

import { ValueError } from "@polygrad/tensor";
import { type Check, described, text } from "@polygrad/tensor/internal";

/** The queue of all who name none. */
export const DEFAULT_QUEUE = "sweep";

/** A name that is the same in every tool: letters, digits, "-", "_" and ".". */
export const checkQueue: Check = (operation, what, value) => {
  text(operation, what, value);
  if (typeof value === "string" && !/^[\w.-]{1,100}$/.test(value))
    throw new ValueError(
      `${operation}: ${what} must be a name of letters, digits, "-", "_" and ".", got ${described(value)}`,
    );
};
