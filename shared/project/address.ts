/** Whether a user name or a password stands in an address. It would be sent as a key, and be written wherever the address is. */
export function holdsCredentials(address: string): boolean {
  return /^\w+:[/\\]*[^/\\?#]*@/.test(address.trim());
}
