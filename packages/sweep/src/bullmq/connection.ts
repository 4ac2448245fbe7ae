/** A connection to Redis that outlives the server: it waits while the server is away, and says so once. */
import type { Redis as Client } from "ioredis";
import type { Address } from "./address.ts";
import type { Libraries } from "./libraries.ts";

/** What a connection needs to know besides the address. */
export interface Listener {
  /** Tells people something, in one line. */
  readonly onNotice: (text: string) => void;
  /** Gives up waiting for the first connection. */
  readonly signal?: AbortSignal | undefined;
}

/** The longest pause between two attempts to connect, in milliseconds. */
const LONGEST_PAUSE = 2000;

/**
 * Connects, which takes as long as the server is away. Commands given later wait in the same way.
 *
 * The client's own errors must not be shown to anyone: they carry the command that failed, and so the password.
 *
 * @param operation the name that messages begin with
 * @throws Error if the server refuses the user, the password or the database; the signal's reason if it is aborted
 */
export async function connect(
  operation: string,
  { Redis }: Libraries,
  { shown, ...options }: Address,
  { onNotice, signal }: Listener,
): Promise<Client> {
  signal?.throwIfAborted();
  const client = new Redis({
    ...options,
    maxRetriesPerRequest: null, // commands wait for as long as it takes
    retryStrategy: (attempts) => Math.min(50 * 2 ** Math.min(attempts, 10), LONGEST_PAUSE),
  });
  const clean = (text: string) => (options.password ? text.replaceAll(options.password, "***") : text);
  let [connected, away] = [false, false];
  const leave = (why: string) => {
    if (away) return;
    away = true;
    onNotice(`${operation}: ${shown} does not answer (${clean(why)}); waiting for it`);
  };
  client.on("reconnecting", () => leave("it closed the connection"));
  client.on("ready", () => {
    if (away) onNotice(`${operation}: ${shown} is back`);
    [connected, away] = [true, false];
  });
  const settled = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      client.once("ready", resolve);
      client.on("error", (error) => {
        if (connected || !isFinal(error)) return leave(reasonOf(error));
        away = true; // nothing more is told
        reject(new Error(`${operation}: ${shown} refuses the connection: ${clean(reasonOf(error))}`));
      });
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true, signal: settled.signal });
    });
  } catch (error) {
    client.disconnect();
    throw error;
  } finally {
    settled.abort();
  }
  return client;
}

/** Whether an error says that trying again is in vain: the server has answered, or its certificate is not trusted. */
function isFinal(error: Error): boolean {
  if (error.name === "ReplyError") return !/^(LOADING|MASTERDOWN|BUSY|ERR max number of clients)/.test(error.message);
  return "code" in error && /CERT|^ERR_TLS|^ERR_SSL|^EPROTO/.test(String(error.code));
}

/** Whether an error only says that the server is away. */
export function isAway(error: Error): boolean {
  const { code = "" } = { code: "code" in error ? String(error.code) : "" };
  return (
    /^(ECONN|ETIMEDOUT|EPIPE|EHOST|ENET|ENOTFOUND|EAI_AGAIN)/.test(code) || /Connection is closed/.test(error.message)
  );
}

/** What to tell of an error: the code, if the system gave one. */
function reasonOf(error: Error): string {
  return "code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code) ? error.code : error.message;
}
