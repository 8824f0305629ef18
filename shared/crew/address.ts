/**
 * Whether an address contains a user name or a password. Such an address would be sent and stored with its
 * credentials. Tabs and line breaks are ignored, as in URL parsers.
 */
export function holdsCredentials(address: string): boolean {
  return /^\w+:[/\\]*[^/\\?#]*@/.test(address.replace(/[\t\n\r]/g, '').trim());
}
