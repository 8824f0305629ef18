/** An event of the trace format that Perfetto and Chrome's tracing page read; times in whole microseconds. */
export interface TraceEvent {
  name: string;
  /** A slice, an instant, a counter, the start or end of a flow, or metadata. */
  ph: 'X' | 'i' | 'C' | 's' | 'f' | 'M';
  pid: number;
  tid?: number;
  ts?: number;
  dur?: number;
  cat?: string;
  /** For an instant: it belongs to its thread. */
  s?: 't';
  /** For a flow: its start and end have the same id. */
  id?: number;
  /** For the end of a flow: it belongs to the surrounding slice, not to the next one. */
  bp?: 'e';
  args?: Record<string, unknown>;
}

/** Groups of tracks, from the top. */
export const GROUPS = { slots: 1, tasks: 2, path: 3, limits: 4 } as const;
export type Group = keyof typeof GROUPS;

/**
 * Returns the ids of a track. No thread has the number of its process, because viewers treat such a thread as the main
 * thread.
 */
export function track(group: Group, number: number): { pid: number; tid: number } {
  return { pid: GROUPS[group], tid: GROUPS[group] * 1_000_000 + number };
}

/** Returns the event that names a group and gives its position. */
export function groupName(group: Group, name: string): TraceEvent[] {
  const pid = GROUPS[group];
  return [
    { name: 'process_name', ph: 'M', pid, args: { name } },
    { name: 'process_sort_index', ph: 'M', pid, args: { sort_index: pid } },
  ];
}

/** Returns the event that names a track and gives its position in its group. */
export function trackName(group: Group, number: number, name: string): TraceEvent[] {
  const at = track(group, number);
  return [
    { name: 'thread_name', ph: 'M', ...at, args: { name } },
    { name: 'thread_sort_index', ph: 'M', ...at, args: { sort_index: number } },
  ];
}

/** Converts milliseconds of run time to microseconds. */
export function micro(ms: number): number {
  return Math.round(ms * 1000);
}
