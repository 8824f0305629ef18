import { Agent } from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import { proxyFor, shownProxy } from '../base/proxy.ts';

export type AgentChoice =
  /** `via`: the proxy without its credentials; null for a direct connection. */
  { ok: true; agent: Agent; via: string | null } | { ok: false; message: string };

/** Agents for requests, directly or through the environment's proxies. */
export class ProxiedAgents {
  readonly #options: { keepAlive: boolean; timeout: number };
  readonly #lookup: { lookup?: LookupFunction };
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #agents = new Map<string, Agent>();

  /**
   * @param idleMs time after which an unused connection is closed; 0: each request has its own connection
   * @param lookup finds the addresses of the hosts that this machine connects to, other than proxies
   */
  constructor(
    idleMs: number,
    environment: Readonly<Record<string, string | undefined>> = process.env,
    lookup?: LookupFunction,
  ) {
    this.#options = { keepAlive: idleMs > 0, timeout: idleMs };
    this.#environment = environment;
    this.#lookup = lookup ? { lookup } : {};
  }

  /** Returns the agent for requests to a URL. Not ok if the environment names a proxy with an unusable address. */
  async for(url: URL): Promise<AgentChoice> {
    const choice = proxyFor(url, this.#environment);
    if (choice.status === 'invalid')
      return {
        ok: false,
        message: `${choice.variable} is not the address of a proxy. Set it to an address such as http://proxy.example:3128`,
      };
    const proxy = choice.status === 'proxy' ? choice.url : null;
    const key = `${url.protocol} ${proxy?.href ?? ''}`;
    const agent = this.#agents.get(key) ?? (await this.#make(url.protocol, proxy));
    this.#agents.set(key, agent);
    return { ok: true, agent, via: proxy === null ? null : shownProxy(proxy) };
  }

  /** Closes every connection. Later requests open new ones. */
  destroy(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  /** Loads the packages for proxies only if there is a proxy. */
  async #make(protocol: string, proxy: URL | null): Promise<Agent> {
    const isSecure = protocol === 'https:';
    const options = { ...this.#options, ...this.#lookup };
    if (proxy === null) return isSecure ? new https.Agent(options) : new Agent(options);
    if (proxy.protocol.startsWith('socks')) {
      const { SocksProxyAgent } = await import('socks-proxy-agent');
      // Some of its protocols look the host up on this machine.
      return new SocksProxyAgent(proxy, options);
    }
    if (isSecure) {
      const { HttpsProxyAgent } = await import('https-proxy-agent');
      return new HttpsProxyAgent(proxy, this.#options);
    }
    const { HttpProxyAgent } = await import('http-proxy-agent');
    return new HttpProxyAgent(proxy, this.#options);
  }
}
