import { isIP } from 'node:net';
import { type IPv6, parse } from 'ipaddr.js';

/** Decides whether requests may go to an IP address. */
export type AddressRule = (address: string) => boolean;

/** The bits in front of the IPv4 address in an address of a NAT64 gateway (RFC 6052). */
const NAT64 = [0x64, 0xff9b, 0, 0, 0, 0];

/**
 * Whether an IP address belongs to the public internet. This machine, its network, networks of providers, addresses that
 * embed another address (6to4, Teredo) and reserved ranges do not. Other text is not an address, and not public.
 */
export const isPublicAddress: AddressRule = (address) => {
  if (isIP(address) === 0) return false;
  const ip = parse(address);
  if (ip.kind() === 'ipv4') return ip.range() === 'unicast';
  const { parts } = ip as IPv6;
  if (NAT64.every((part, at) => parts[at] === part)) return isPublicAddress(embeddedIpv4(parts));
  return ip.range() === 'unicast';
};

function embeddedIpv4(parts: readonly number[]): string {
  return parts
    .slice(6)
    .flatMap((part) => [part >> 8, part & 0xff])
    .join('.');
}

const PRIVATE_ZONES = ['localhost', 'local', 'internal', 'intranet', 'lan', 'home', 'corp', 'home.arpa'];

/** Whether a host name can belong to the public internet: it has a domain, and its domain is not reserved for networks. */
export function isPublicName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return name.includes('.') && !PRIVATE_ZONES.some((zone) => name === zone || name.endsWith(`.${zone}`));
}
