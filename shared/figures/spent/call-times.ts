import type { TurnPiece } from './turn-pieces.ts';

/** Milliseconds in calls, by model and by tool. */
export interface CallTimes {
  modelMs: Map<string, number>;
  toolMs: Map<string, number>;
}

/** Returns how long turns were in calls. */
export function callTimes(pieces: readonly TurnPiece[]): CallTimes {
  const times: CallTimes = { modelMs: new Map(), toolMs: new Map() };
  for (const { on, start, end } of pieces) {
    if (on.kind !== 'model' && on.kind !== 'tool') continue;
    const byName = on.kind === 'model' ? times.modelMs : times.toolMs;
    byName.set(on.name, (byName.get(on.name) ?? 0) + end - start);
  }
  return times;
}
