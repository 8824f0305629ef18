/** Types of documents that contain text, in addition to `text/*`. */
const TEXT_TYPES = /^(?:application\/(?:json|xml|xhtml\+xml|javascript|x-ndjson|yaml|x-yaml)|[^;]+\+(?:json|xml))\b/;
/** The characters in which a page names its encoding. */
const HEAD_BYTES = 4096;

/**
 * Returns the text of a page, or null if it is not text. The encoding is that of a byte order mark, of the header
 * `Content-Type`, of the page itself, or else UTF-8, or Windows-1252 if the bytes are not UTF-8.
 */
export function decodePage(body: Uint8Array, type: string): string | null {
  const media = type.toLowerCase().trim();
  const isText = media === '' || media.startsWith('text/') || TEXT_TYPES.test(media);
  if (!isText) return null;
  const named =
    markOf(body) ?? charsetIn(media) ?? charsetIn(new TextDecoder('latin1').decode(body.subarray(0, HEAD_BYTES)));
  const decoder = named === null ? null : decoderOf(named);
  if (decoder !== null) return decoder.decode(body);
  if (media === '' && body.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return new TextDecoder('windows-1252').decode(body);
  }
}

function markOf(body: Uint8Array): string | null {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  return body[0] === 0xfe && body[1] === 0xff ? 'utf-16be' : null;
}

/** Finds `charset=…` in a header or in a `meta` element, and `encoding="…"` in an XML declaration. */
function charsetIn(text: string): string | null {
  return /(?:charset|<\?xml[^>]{0,200}encoding)\s*=\s*["']?([\w.:-]+)/i.exec(text)?.[1] ?? null;
}

function decoderOf(label: string): TextDecoder | null {
  try {
    return new TextDecoder(label);
  } catch {
    return null;
  }
}
