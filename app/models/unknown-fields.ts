type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = Record<string, Json>;

/** Texts that name a piece, so that later pieces repeat them and do not continue them. */
const NAMES: ReadonlySet<string> = new Set(['format', 'id', 'index', 'name', 'role', 'type']);

/**
 * Adds the unknown fields of the next piece of a stream to those of earlier pieces: texts continue, lists grow, and
 * objects are joined. Pieces of a list with the same `index` and `type` continue each other. Empty values add nothing.
 * The given fields are not changed.
 */
export function joinFields(before: Fields, piece: Fields): Fields {
  const joined = { ...before };
  for (const [key, value] of Object.entries(piece)) {
    if (isEmpty(value)) continue;
    // A key such as "__proto__" would otherwise change the object itself.
    const earlier = Object.hasOwn(before, key) ? before[key] : undefined;
    Object.defineProperty(joined, key, {
      value: earlier === undefined ? value : joinValues(key, earlier, value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return joined;
}

function joinValues(key: string, before: Json, value: Json): Json {
  if (typeof before === 'string' && typeof value === 'string') return NAMES.has(key) ? value : before + value;
  if (Array.isArray(before) && Array.isArray(value)) return value.reduce(joinElement, before);
  return isObject(before) && isObject(value) ? joinFields(before, value) : value;
}

function joinElement(list: Json[], element: Json): Json[] {
  const at = isObject(element) ? list.findIndex((other) => isObject(other) && isSamePiece(other, element)) : -1;
  const before = list[at];
  if (!isObject(before) || !isObject(element)) return [...list, element];
  return list.with(at, joinFields(before, element));
}

function isSamePiece(a: Fields, b: Fields): boolean {
  return typeof a['index'] === 'number' && a['index'] === b['index'] && a['type'] === b['type'];
}

function isObject(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: Json): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
