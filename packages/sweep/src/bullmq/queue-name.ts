/** Names of queues: what a queue may be called, and what its parts are called in BullMQ. */
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

/**
 * The queue of BullMQ in which the jobs of one code wait. So no worker is handed a job of other code, and none has to give
 * one back.
 *
 * @param code the fingerprint of the code
 */
export function queueOfCode(queue: string, code: string): string {
  return `${queue}-${code.slice(0, 16)}`;
}
