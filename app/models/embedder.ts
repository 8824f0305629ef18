import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import { Connections } from './connections.ts';
import { embed } from './embeddings.ts';

/** A model that makes embeddings, with its own connections, which are closed after each request. */
export function embedderOf(access: ModelAccess) {
  const { provider, base_url, model } = access;
  return {
    id: [provider, base_url, model],
    name: `${provider}/${model}`,
    embed: async (texts: readonly string[], signal: AbortSignal) => {
      const connections = new Connections();
      try {
        const result = await embed(connections, access, texts, signal);
        return result.ok ? result : ({ ok: false, reason: result.failure.message } as const);
      } finally {
        connections.close();
      }
    },
  };
}
