import { BlockList, isIP } from 'node:net';

/** The environment variables that name proxies. A lower-case name takes precedence over the same name in upper case. */
export const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

type Environment = Readonly<Record<string, string | undefined>>;

export type ProxyChoice =
  | { status: 'direct' }
  | { status: 'proxy'; url: URL }
  /** The variable has a value that is not the address of a proxy. */
  | { status: 'invalid'; variable: string };

const PROTOCOLS = new Set(['http:', 'https:', 'socks:', 'socks4:', 'socks4a:', 'socks5:', 'socks5h:']);

/**
 * Returns the proxy for a request, according to `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. An address
 * without a scheme is an HTTP proxy. Requests to this machine never go through a proxy.
 */
export function proxyFor(target: URL, environment: Environment): ProxyChoice {
  if (isLoopback(target.hostname) || isExcepted(target, variableIn(environment, 'no_proxy')?.value ?? ''))
    return DIRECT;
  const found =
    variableIn(environment, `${target.protocol.slice(0, -1)}_proxy`) ?? variableIn(environment, 'all_proxy');
  if (!found) return DIRECT;
  const { name, value } = found;
  const address = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || url.hostname === '' || !PROTOCOLS.has(url.protocol)) return { status: 'invalid', variable: name };
  return { status: 'proxy', url };
}

const DIRECT: ProxyChoice = { status: 'direct' };

/** Returns the address of a proxy without its user name and password. */
export function shownProxy({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

/**
 * Returns the user names and passwords of the environment's proxies, in every form in which they can appear in text,
 * for redaction.
 */
export function proxySecrets(environment: Environment): string[] {
  return PROXY_VARIABLES.flatMap((name) => {
    const address = environment[name] ?? '';
    const [, userinfo] = /^(?:[a-z0-9]+:\/\/)?([^/]*)@/i.exec(address) ?? [];
    if (userinfo === undefined || name.toLowerCase() === 'no_proxy') return [];
    const decoded = decode(userinfo);
    const password = userinfo.slice(userinfo.indexOf(':') + 1);
    return [userinfo, decoded, password, decode(password), Buffer.from(decoded).toString('base64')];
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function variableIn(environment: Environment, name: string): { name: string; value: string } | null {
  for (const variable of [name, name.toUpperCase()]) {
    const value = environment[variable]?.trim();
    if (value) return { name: variable, value };
  }
  return null;
}

function isLoopback(hostname: string): boolean {
  const host = withoutBrackets(hostname).toLowerCase();
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Whether `NO_PROXY` names a host: exactly, as a domain above it, as a range of addresses, or with its port. */
function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  const host = withoutBrackets(hostname).toLowerCase();
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, named = entry, namedPort] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
      if (namedPort !== undefined && namedPort !== ownPort) return false;
      const name = withoutBrackets(named).replace(/^\*?\./, '');
      return host === name || (isIP(host) === 0 ? host.endsWith(`.${name}`) : isInRange(host, name));
    });
}

function isInRange(host: string, range: string): boolean {
  const [network = '', bits] = range.split('/');
  const version = isIP(network);
  if (version === 0 || version !== isIP(host) || !/^\d{1,3}$/.test(bits ?? '')) return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (Number(bits) > (version === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, family);
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
