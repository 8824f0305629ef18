/**
 * Converts an event as earlier versions wrote it to its current form, before its schema checks it. Any other value stays
 * as it is.
 *
 * - Slots ran on this machine only, and `slot.started`, `slot.ready` and `slot.exited` had the process id in `pid`. It is
 *   `where` now: `local:4711`.
 */
export function toCurrentForm(json: unknown): unknown {
  if (!isSlotEvent(json) || json.where !== undefined || typeof json.pid !== 'number') return json;
  const { pid, ...rest } = json;
  return { ...rest, where: `local:${pid}` };
}

const SLOT_EVENTS: ReadonlySet<unknown> = new Set(['slot.started', 'slot.ready', 'slot.exited']);

function isSlotEvent(json: unknown): json is { pid?: unknown; where?: unknown } {
  return typeof json === 'object' && json !== null && 'type' in json && SLOT_EVENTS.has(json.type);
}
