/**
 * Whether an address contains a user name or a password. It would be sent as a key, and be written wherever the address
 * is. Tabs and line breaks are ignored, as URL parsers ignore them.
 */
export function holdsCredentials(address: string): boolean {
  return /^\w+:[/\\]*[^/\\?#]*@/.test(address.replace(/[\t\n\r]/g, '').trim());
}
