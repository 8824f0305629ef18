import type { ModelEndpoint } from '../../../shared/control/base/endpoint.ts';
import type { ModelAccess } from '../../../shared/slot/agent-model.ts';
import type { RunEnvironment } from '../request.ts';

/** Returns where an agent's model is called; null if its address is not a URL. */
export function endpointOf({ provider, base_url, api_key }: ModelAccess): ModelEndpoint | null {
  if (!URL.canParse(base_url)) return null;
  const { origin } = new URL(base_url);
  return { name: endpointName(provider, origin, api_key), origin };
}

/** Returns the name of the endpoint of one provider, origin and key. */
export function endpointName(provider: string, origin: string, key: string | null): string {
  return `${provider} ${origin} ${key ?? ''}`;
}

/** Returns the endpoint of each agent that has one, by the agent's name. */
export function endpointsOf({ crew, access }: Pick<RunEnvironment, 'crew' | 'access'>) {
  return new Map(
    crew.agents.flatMap(({ name }): [string, ModelEndpoint][] => {
      const endpoint = endpointOf(access(name));
      return endpoint ? [[name, endpoint]] : [];
    }),
  );
}
