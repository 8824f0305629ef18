import { analyse } from 'chardet';

/** First characters of document formats that can consist of printable characters only. */
const NOT_TEXT = ['%PDF-', '{\\rtf'];
/** The detection of a less certain encoding is a guess. */
const LEAST_CONFIDENCE = 20;
/** The encoding of text whose encoding is unknown. It includes Latin-1. */
const USUAL = 'windows-1252';
/** The number of bytes from which an encoding is detected. */
const SAMPLE_BYTES = 256 * 1024;

export interface DecodedText {
  text: string;
  encoding: string;
  /** `given`: by the caller. `certain`: the bytes prove it. `detected`: it may be wrong. */
  source: 'given' | 'certain' | 'detected';
}

/**
 * Decodes the bytes of a file: UTF-8, UTF-16, or else the encoding that is most likely. Null for bytes that are not
 * text. A byte order mark of UTF-8 is preserved, as in every text that is read.
 */
export function decodeText(bytes: Uint8Array): DecodedText | null {
  const wide = wideEncoding(bytes);
  if (wide !== null) return { text: new TextDecoder(wide).decode(bytes), encoding: wide, source: 'certain' };
  const start = String.fromCharCode(...bytes.subarray(0, 8));
  if (bytes.includes(0) || NOT_TEXT.some((mark) => start.startsWith(mark))) return null;
  const utf8 = decodedAs('utf-8', bytes);
  if (utf8 !== null) return { text: utf8, encoding: 'utf-8', source: 'certain' };
  const encoding = detected(bytes);
  return { text: new TextDecoder(encoding).decode(bytes), encoding, source: 'detected' };
}

/**
 * Decodes bytes in a given encoding, under any name that browsers or Python know. An encoding that is unknown or does
 * not fit the bytes gives the reason.
 */
export function decodeAs(
  name: string,
  bytes: Uint8Array,
): { ok: true; decoded: DecodedText } | { ok: false; reason: string } {
  const label = labelOf(name, bytes);
  if (label === null) {
    const reason = `there is no encoding ${JSON.stringify(name)}. Use for example utf-8, utf-16le, windows-1252, iso-8859-2, shift_jis, gb18030 or euc-kr`;
    return { ok: false, reason };
  }
  const text = decodedAs(label, bytes);
  if (text === null) return { ok: false, reason: `its bytes are not ${label}. Leave out encoding to detect it` };
  return { ok: true, decoded: { text, encoding: label, source: 'given' } };
}

function decodedAs(label: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: label === 'utf-8' }).decode(bytes);
  } catch {
    return null;
  }
}

/** UTF-16 by its byte order mark or, without one, by the zeros of its ASCII characters; null for other encodings. */
function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe && !(bytes[2] === 0 && bytes[3] === 0)) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, 4096);
  if (sample.length < 4 || bytes.length % 2 !== 0) return null;
  const even = sample.filter((byte, index) => byte === 0 && index % 2 === 0).length;
  const odd = sample.filter((byte, index) => byte === 0 && index % 2 === 1).length;
  const half = sample.length / 2;
  if (even === 0 && odd > half / 2) return 'utf-16le';
  return odd === 0 && even > half / 2 ? 'utf-16be' : null;
}

/** Returns the most likely encoding in which the bytes have a meaning. */
function detected(bytes: Uint8Array): string {
  for (const { name, confidence } of analyse(bytes.subarray(0, SAMPLE_BYTES))) {
    if (confidence < LEAST_CONFIDENCE) break;
    const label = labelOf(name, bytes);
    if (label !== null && label !== 'utf-8' && decodedAs(label, bytes) !== null) return label;
  }
  return USUAL;
}

/** Names of encodings in Python and in Windows, which `TextDecoder` does not know. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'latin-1': 'latin1',
  'utf-8-sig': 'utf-8',
  'mac-roman': 'macintosh',
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
};

/** Returns the name that `TextDecoder` uses for an encoding; null if there is none. */
function labelOf(name: string, bytes: Uint8Array): string | null {
  const plain = name.trim().toLowerCase().replaceAll('_', '-');
  if (plain === 'utf-16') return wideEncoding(bytes) ?? 'utf-16le';
  for (const label of [OTHER_NAMES[plain], name.trim(), plain, plain.replace(/^cp-?(\d+)$/, 'windows-$1')]) {
    if (label === undefined) continue;
    try {
      return new TextDecoder(label).encoding;
    } catch {
      // It is not a name of this table.
    }
  }
  return null;
}
