/** Contenders by turns: in every round each has one turn, and each round begins with a different one. */

/** The results of those who came to the end, one for each round, and the errors of those who did not. */
export interface Turns<Entrant, Result> {
  readonly results: ReadonlyMap<Entrant, readonly Result[]>;
  readonly failed: ReadonlyMap<Entrant, string>;
}

/** Only one has its turn at a time. Whoever fails takes no further part. */
export async function byTurns<Entrant, Result>(
  rounds: number,
  entrants: readonly Entrant[],
  turn: (entrant: Entrant, round: number) => Promise<Result>,
): Promise<Turns<Entrant, Result>> {
  const results = new Map<Entrant, Result[]>(entrants.map((entrant) => [entrant, []]));
  const failed = new Map<Entrant, string>();
  for (let round = 0; round < rounds; round++) {
    const present = [...results.keys()];
    const first = round % Math.max(1, present.length);
    for (const entrant of [...present.slice(first), ...present.slice(0, first)]) {
      try {
        results.get(entrant)?.push(await turn(entrant, round));
      } catch (error) {
        results.delete(entrant);
        failed.set(entrant, messageOf(error));
      }
    }
  }
  return { results, failed };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
