/**
 * Whether a user name or a password stands in an address. It would be sent as a key, and be written wherever the address
 * is. Tabs and line ends are passed over, as by whoever opens the address.
 */
export function holdsCredentials(address: string): boolean {
  return /^\w+:[/\\]*[^/\\?#]*@/.test(address.replace(/[\t\n\r]/g, '').trim());
}
