/** The error a call throws, as text, for snapshots of messages. */
export function refusal(call: () => unknown): string {
  try {
    call();
    return "accepted";
  } catch (error) {
    return String(error);
  }
}

/** The same for a call that rejects. */
export async function rejection(call: () => Promise<unknown>): Promise<string> {
  return call().then(() => "accepted", String);
}
