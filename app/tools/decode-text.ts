/** First characters of document formats that can consist of printable characters only. */
const NOT_TEXT = ['%PDF-', '{\\rtf'];

/**
 * Decodes the bytes of a file: UTF-8, UTF-16 with a byte order mark, or else Windows-1252, which includes Latin-1. Null
 * for bytes that are not text.
 */
export function decodeText(bytes: Uint8Array): { text: string; encoding: string } | null {
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  if (marked !== null) return { text: new TextDecoder(marked).decode(bytes), encoding: marked };
  const start = String.fromCharCode(...bytes.subarray(0, 8));
  if (bytes.includes(0) || NOT_TEXT.some((mark) => start.startsWith(mark))) return null;
  try {
    // A byte order mark is preserved, as in every text that is read.
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), encoding: 'utf-8' };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' };
  }
}
