/** An event of the trace format that Perfetto and Chrome's tracing page read; times in whole microseconds. */
export interface TraceEvent {
  name: string;
  /** Slice, instant, counter, start and end of a flow, metadata. */
  ph: 'X' | 'i' | 'C' | 's' | 'f' | 'M';
  pid: number;
  tid?: number;
  ts?: number;
  dur?: number;
  cat?: string;
  /** Of an instant: it belongs to its thread. */
  s?: 't';
  /** Of a flow: its start and end have the same one. */
  id?: number;
  /** Of a flow's end: it belongs to the slice around it, not to the next one. */
  bp?: 'e';
  args?: Record<string, unknown>;
}

/** Groups of tracks, from the top. */
export const GROUPS = { slots: 1, tasks: 2, path: 3, limits: 4 } as const;
export type Group = keyof typeof GROUPS;

/** A track. No thread has its process's number: viewers would take that one for a main thread. */
export function track(group: Group, number: number): { pid: number; tid: number } {
  return { pid: GROUPS[group], tid: GROUPS[group] * 1_000_000 + number };
}

/** A group's name, and its position among the groups. */
export function groupName(group: Group, name: string): TraceEvent[] {
  const pid = GROUPS[group];
  return [
    { name: 'process_name', ph: 'M', pid, args: { name } },
    { name: 'process_sort_index', ph: 'M', pid, args: { sort_index: pid } },
  ];
}

/** A track's name, and its position among the tracks of its group. */
export function trackName(group: Group, number: number, name: string): TraceEvent[] {
  const at = track(group, number);
  return [
    { name: 'thread_name', ph: 'M', ...at, args: { name } },
    { name: 'thread_sort_index', ph: 'M', ...at, args: { sort_index: number } },
  ];
}

/** Milliseconds of run time as the format has them. */
export function micro(ms: number): number {
  return Math.round(ms * 1000);
}
