/** The error that a call throws, as text, for snapshots of messages; "accepted" if it throws none. */
export function refusal(call: () => unknown): string {
  try {
    call();
    return "accepted";
  } catch (error) {
    return String(error);
  }
}

/** The same for an asynchronous call. */
export async function rejection(call: () => Promise<unknown>): Promise<string> {
  return call().then(() => "accepted", String);
}
