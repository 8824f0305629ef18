import type { Figures } from '../../shared/figures/figures.ts';
import type { RunState } from '../../shared/run/state.ts';
import { mainFigures, type RunObject } from './run-json.ts';

/** The content of `run.json`: the object of `run --json` without the folder, and all other figures. */
export type RunRecord = { format: 'crewlane-run/1'; started: unknown; figures: unknown } & Omit<RunObject, 'run_dir'>;

/**
 * Returns `run.json`. Keys are those of `run --json`. Below `figures`, times are whole milliseconds, with the unit in
 * the key.
 */
export function runRecord(state: RunState, figures: Figures, texts: ReadonlyMap<string, string>): RunRecord {
  const { started } = state;
  const { runId: _, outcome: __, reason: ___, rehearsal: ____, batch: _____, ...rest } = figures;
  return {
    format: 'crewlane-run/1',
    ...mainFigures(figures, state, texts),
    started: started && {
      crew: started.crew,
      wall_ms: started.wall_ms,
      time_zone: started.time_zone,
      utc_offset_min: started.utc_offset_min,
      seed: started.seed,
      provider: started.settings.provider,
      model: started.settings.model,
      slots: started.settings.slots,
      versions: started.versions,
      ...(started.batch === undefined ? {} : { batch: started.batch }),
      ...(started.from_run === undefined ? {} : { from_run: started.from_run }),
    },
    figures: withSnakeKeys(rest),
  };
}

/** Converts the keys of objects to snake case. The keys of maps are names that people gave, and stay. */
export function withSnakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSnakeKeys);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, withSnakeKeys(item)]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [snake(key), withSnakeKeys(item)]));
}

function snake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
