/** The most bytes of a name that every common file system takes. */
const MOST_BYTES = 255;
/** With any number of `_` behind it, so that `con` and `con_` never share a file. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])_*$/i;

/**
 * `name` and `suffix` as a file name of at most 255 bytes less `spare`. A longer name is cut and ends with a number
 * made from all of it, so that two names never share a file. A name that Windows reserves gets a `_` at its end.
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

/** Bytes in UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** FNV-1a over code units, as 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return value;
}
