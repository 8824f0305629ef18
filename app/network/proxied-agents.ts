import { Agent } from 'node:http';
import * as https from 'node:https';
import { proxyFor, shownProxy } from '../base/proxy.ts';

export type AgentChoice =
  /** `via`: the proxy without its credentials; null for a direct connection. */
  { ok: true; agent: Agent; via: string | null } | { ok: false; message: string };

/** Agents that keep connections open for later requests, directly or through the environment's proxies. */
export class ProxiedAgents {
  readonly #options: { keepAlive: true; timeout: number };
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #agents = new Map<string, Agent>();

  /** @param idleMs time after which an unused connection is closed */
  constructor(idleMs: number, environment: Readonly<Record<string, string | undefined>> = process.env) {
    this.#options = { keepAlive: true, timeout: idleMs };
    this.#environment = environment;
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
    if (proxy === null) return isSecure ? new https.Agent(this.#options) : new Agent(this.#options);
    if (proxy.protocol.startsWith('socks')) {
      const { SocksProxyAgent } = await import('socks-proxy-agent');
      return new SocksProxyAgent(proxy, this.#options);
    }
    if (isSecure) {
      const { HttpsProxyAgent } = await import('https-proxy-agent');
      return new HttpsProxyAgent(proxy, this.#options);
    }
    const { HttpProxyAgent } = await import('http-proxy-agent');
    return new HttpProxyAgent(proxy, this.#options);
  }
}
