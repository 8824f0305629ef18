import { isNameOfKey, looksLikeKey } from './secrets.ts';

/**
 * Whether an address contains a user name, a password, or a key in its query. Such an address would be sent and stored
 * with its credentials. Tabs and line breaks are ignored, as in URL parsers.
 */
export function holdsCredentials(address: string): boolean {
  const plain = address.replace(/[\t\n\r]/g, '').trim();
  if (/^\w+:[/\\]*[^/\\?#]*@/.test(plain)) return true;
  const [, query = ''] = /\?([^#]*)/.exec(plain) ?? [];
  return query.split('&').some((parameter) => {
    const [name = '', ...rest] = parameter.split('=');
    const value = decoded(rest.join('='));
    return value !== '' && (isNameOfKey(decoded(name)) || looksLikeKey(value));
  });
}

/** Decodes a part of a query. A text that is not encoded correctly is returned as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
