/**
 * Converts an event as earlier versions wrote it to its current form, before its schema checks it. Any other value stays
 * as it is.
 *
 * - Slots ran on this machine only, and `slot.started`, `slot.ready` and `slot.exited` had the process id in `pid`. It is
 *   `where` now: `local:4711`.
 * - `llm.call` named a last answer in `last_answer`, with `true` for `iterations`. It is `final` now.
 * - `llm.call` had `cached_prompt_tokens` and `removed_characters`. They are `cached_tokens` and `shortened` now.
 * - The kind of a failure without credit was `no_credit`. It is `quota` now.
 */
export function toCurrentForm(json: unknown): unknown {
  if (!isObject(json)) return json;
  if (SLOT_EVENTS.has(json.type)) return withPlace(json);
  const { kind } = json;
  if (json.type === 'llm.call') return EARLIER_OF_CALL.some((name) => json[name] !== undefined) ? callOf(json) : json;
  return kind === 'no_credit' ? { ...json, kind: 'quota' } : json;
}

const SLOT_EVENTS: ReadonlySet<unknown> = new Set(['slot.started', 'slot.ready', 'slot.exited']);

function withPlace(event: Fields): Fields {
  if (event.where !== undefined || typeof event.pid !== 'number') return event;
  const { pid, ...rest } = event;
  return { ...rest, where: `local:${pid}` };
}

/** Fields of `llm.call` with another form now. */
const EARLIER_OF_CALL = ['last_answer', 'cached_prompt_tokens', 'removed_characters', 'error'];

function callOf(earlier: Fields): Fields {
  const { last_answer: last, cached_prompt_tokens: cached, removed_characters: removed, ...event } = earlier;
  const { error } = event;
  return {
    ...event,
    ...(cached === undefined ? {} : { cached_tokens: cached }),
    ...(removed === undefined ? {} : { shortened: removed }),
    ...(last === undefined ? {} : { final: last === true ? 'iterations' : last }),
    ...(isObject(error) && error.kind === 'no_credit' ? { error: { ...error, kind: 'quota' } } : {}),
  };
}

type Fields = Record<string, unknown>;

function isObject(json: unknown): json is Fields {
  return typeof json === 'object' && json !== null;
}
