/** The error a call throws, as text, for snapshots of messages. */
export function refusal(call: () => unknown): string {
  try {
    call();
    return "accepted";
  } catch (error) {
    return String(error);
  }
}
