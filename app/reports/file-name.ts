/** The maximum length of a file name in bytes on all common file systems. */
const MOST_BYTES = 255;
/** Names that Windows reserves, with any number of `_` at the end, so that `con` and `con_` never share a file. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])_*$/i;

/**
 * Returns `name` and `suffix` as a file name of at most 255 bytes minus `spare`. A longer name is cut and ends with a
 * hash of the whole name, so that two names never share a file. A name that Windows reserves gets a `_` at its end.
 */
export function fileName(name: string, suffix: string, spare = 0): string {
  const room = MOST_BYTES - spare - bytesOf(suffix);
  const own = RESERVED.test(name) ? `${name}_` : name;
  if (bytesOf(own) <= room) return `${own}${suffix}`;
  const mark = `~${hash(own).toString(16).padStart(8, '0')}`;
  let cut = '';
  for (const char of own) {
    if (bytesOf(cut) + bytesOf(char) + mark.length > room) break;
    cut += char;
  }
  return `${cut}${mark}${suffix}`;
}

/** Returns the number of bytes in UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Returns the 32-bit FNV-1a hash of the code units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return value;
}
