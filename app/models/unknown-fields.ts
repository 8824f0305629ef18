type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = Record<string, Json>;

/** Texts that name a piece, so that later pieces repeat them and do not continue them. */
const NAMES: ReadonlySet<string> = new Set(['format', 'id', 'index', 'name', 'role', 'type']);

/**
 * Joins the unknown fields of the pieces of one stream. Its time grows with the length of the stream only, because a
 * server can send any number of pieces: what was joined is changed in place, and found by its index.
 */
export class FieldJoiner {
  /** Where the elements of a joined list are that later pieces can continue. */
  readonly #places = new WeakMap<Json[], Map<string, number>>();

  /**
   * Adds the fields of the next piece to those of earlier pieces: texts continue, lists grow, and objects are joined.
   * Pieces of a list with the same `index` and `type` continue each other. Empty values add nothing.
   * @param fields changed in place @param piece becomes a part of `fields`, and must not be used afterwards
   */
  join(fields: Fields, piece: Fields): void {
    for (const [key, value] of Object.entries(piece)) {
      if (isEmpty(value)) continue;
      // A key such as "__proto__" would otherwise change the object itself.
      const earlier = Object.hasOwn(fields, key) ? fields[key] : undefined;
      Object.defineProperty(fields, key, {
        value: earlier === undefined ? value : this.#joinValues(key, earlier, value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }

  #joinValues(key: string, before: Json, value: Json): Json {
    if (typeof before === 'string' && typeof value === 'string') return NAMES.has(key) ? value : before + value;
    if (Array.isArray(before) && Array.isArray(value)) return this.#joinLists(before, value);
    if (!isObject(before) || !isObject(value)) return value;
    this.join(before, value);
    return before;
  }

  #joinLists(list: Json[], elements: readonly Json[]): Json[] {
    const places = this.#placesIn(list);
    for (const element of elements) {
      const place = isObject(element) ? placeOf(element) : null;
      const before = place === null ? undefined : list[places.get(place) ?? -1];
      if (isObject(before) && isObject(element)) {
        this.join(before, element);
        continue;
      }
      if (place !== null) places.set(place, list.length);
      list.push(element);
    }
    return list;
  }

  #placesIn(list: Json[]): Map<string, number> {
    const known = this.#places.get(list);
    if (known) return known;
    const places = new Map<string, number>();
    for (const [at, element] of list.entries()) {
      const place = isObject(element) ? placeOf(element) : null;
      if (place !== null && !places.has(place)) places.set(place, at);
    }
    this.#places.set(list, places);
    return places;
  }
}

/** What an element continues: the earlier one with the same index and type. Null if it has no index. */
function placeOf({ index, type }: Fields): string | null {
  return typeof index === 'number' ? JSON.stringify([index, type]) : null;
}

function isObject(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: Json): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
