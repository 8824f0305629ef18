import { setTimeout as delay } from 'node:timers/promises';
import { PROXY_VARIABLES } from '../app/base/proxy.ts';

/** Chromium's names of proxies, and the schemes of their addresses. DIRECT has none. */
const SCHEMES: Readonly<Record<string, string>> = {
  PROXY: 'http',
  HTTPS: 'https',
  SOCKS: 'socks4',
  SOCKS4: 'socks4',
  SOCKS5: 'socks5',
};

/** The address of the first proxy in a list such as `PROXY proxy.example:3128; DIRECT`; null if it begins with DIRECT. */
export function proxyAddress(resolved: string): string | null {
  const [, kind = '', host = ''] = /^\s*(\w+)\s*([^;\s]*)/.exec(resolved) ?? [];
  const scheme = SCHEMES[kind.toUpperCase()];
  return scheme === undefined || host === '' ? null : `${scheme}://${host}`;
}

/** The maximum time to wait for the system's answer, which may depend on a script in the network. */
const TIMEOUT_MS = 1000;

/**
 * Copies the proxies of the system's settings into the environment, where slots read them. Does nothing if the
 * environment already names a proxy. The settings are read once, for any public host: exceptions for single hosts
 * belong in `NO_PROXY`.
 * @param resolve `resolveProxy` of Electron's session
 */
export async function applySystemProxy(
  resolve: (url: string) => Promise<string>,
  environment: Record<string, string | undefined>,
): Promise<void> {
  if (PROXY_VARIABLES.some((name) => environment[name])) return;
  const late = delay(TIMEOUT_MS, 'DIRECT', { ref: false });
  const schemes = ['http', 'https'];
  const answers = await Promise.all(schemes.map((scheme) => Promise.race([resolve(`${scheme}://example.com/`), late])));
  schemes.forEach((scheme, index) => {
    const address = proxyAddress(answers[index] ?? '');
    if (address !== null) environment[`${scheme}_proxy`] = address;
  });
}
