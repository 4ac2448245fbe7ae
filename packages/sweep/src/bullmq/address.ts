/** The address of a Redis server: a URL that may hold a password, and the text that stands for it in messages. */
import { ArgumentError, ValueError } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";

/** An address in the form that the client of Redis takes, and in the form that people may read. */
export interface Address {
  /** The URL with `***` in place of the user and the password. */
  readonly shown: string;
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  /** Present for `rediss:`: Node's defaults, so the certificate must be one that Node trusts, for this host. */
  readonly tls?: object;
}

const FORM = "redis://user:password@host:port/db, or rediss:// for TLS";

/**
 * Parses a URL. Its errors quote nothing of it, because a URL that is not well formed may have its password in any place.
 *
 * @param operation the name that error messages begin with
 * @throws ArgumentError if it is not text; ValueError if it is not a URL of that form
 */
export function addressOf(operation: string, url: unknown): Address {
  const refuse = (why: string) => new ValueError(`${operation}: connection ${why}; pass ${FORM}`);
  if (typeof url !== "string")
    throw new ArgumentError(`${operation}: connection must be a URL, got ${described(url)}; pass ${FORM}`);
  if (!URL.canParse(url)) throw refuse("is not a URL");
  const { protocol, hostname, port, pathname, username, password, search, hash } = new URL(url);
  if (protocol !== "redis:" && protocol !== "rediss:") throw refuse("begins with another scheme");
  if (hostname === "") throw refuse("has no host");
  if (search !== "" || hash !== "") throw refuse('has a "?" or a "#" (in a password, write them as %3F and %23)');
  if (!/^\/?\d{0,9}$/.test(pathname)) throw refuse("does not end with the number of a database");
  const login = { ...decoded("username", username), ...decoded("password", password) };
  const host = hostname.replace(/^\[(.*)\]$/, "$1"); // an IPv6 address
  const place = `${hostname}:${port || 6379}${pathname === "/" ? "" : pathname}`;
  return {
    shown: `${protocol}//${Object.keys(login).length > 0 ? "***@" : ""}${place}`,
    host,
    port: Number(port || 6379),
    db: Number(pathname.slice(1)),
    ...login,
    ...(protocol === "rediss:" ? { tls: {} } : {}),
  };

  function decoded(name: "username" | "password", text: string): { readonly [Name in typeof name]?: string } {
    if (text === "") return {};
    try {
      return { [name]: decodeURIComponent(text) };
    } catch {
      throw refuse('has a "%" in its user or password that begins no escape (write it as %25)');
    }
  }
}
