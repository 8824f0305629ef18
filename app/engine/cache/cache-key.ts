import type { Guardrail } from '../../../shared/crew/guardrails.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { AgentModel } from '../../../shared/slot/agent-model.ts';
import type { TurnAgent } from '../../../shared/slot/turn-agent.ts';
import type { ToolTexts, TurnSubmission } from '../../../shared/slot/turn-submission.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { sha256OfParts } from '../../base/hash.ts';

/** Everything that a result depends on, except files. */
export interface CacheKeyInput {
  /** The first turns of the task, one for each agent that does it. */
  turns: readonly TurnSubmission[];
  /** The tool descriptions that models receive. */
  tools: ToolTexts;
  guardrails: readonly Guardrail[];
  /** The agents that check the result: the guardrail's agent and the reviewing manager. */
  checkers: readonly TurnAgent[];
  /** The servers of the crew, which give the definitions of their tools. */
  servers: Crew['mcp_servers'];
  /** The version of the application, which determines tools and prompts. */
  version: string;
  /** The content hashes of attachments, by path. Null: there is no such file. */
  attachments: readonly (readonly [file: string, sha256: string | null])[];
  /** The files that the agents know, and the settings for their use; null if they know no files. */
  knowledge: readonly unknown[] | null;
}

/** Returns the key of a stored result: SHA-256, in hex, of everything sent to get it and its destination. */
export function cacheKey({
  turns,
  tools,
  guardrails,
  checkers,
  servers,
  version,
  attachments,
  knowledge,
}: CacheKeyInput): string {
  const sent = turns.map(
    ({ agent, prompt, coworkers, output_schema, router, rehearsal, seed, tool_definitions, call }) => [
      agentParts(agent, rehearsal),
      agent.tools,
      prompt,
      coworkers.map((coworker) => [agentParts(coworker, rehearsal), coworker.role, coworker.tools]),
      output_schema ?? null,
      // Rehearsed answers depend on the seed; the address of the rehearsal server changes with each run.
      rehearsal ? seed : null,
      ...(router === undefined ? [] : [canonicalJson(router)]),
      ...(call === undefined ? [] : [canonicalJson([call.tool, call.arguments])]),
      ...(tool_definitions === undefined ? [] : [canonicalJson(tool_definitions)]),
    ],
  );
  const texts = Object.entries(tools).sort(([a], [b]) => (a < b ? -1 : 1));
  const rehearsal = turns.some((turn) => turn.rehearsal);
  const parts = [
    'crewlane-cache/1',
    version,
    sent,
    texts,
    guardrailParts(guardrails),
    checkers.map((agent) => agentParts(agent, rehearsal)),
    ...(Object.keys(servers).length === 0 ? [] : [canonicalJson(servers)]),
    ...(attachments.length > 0 ? [attachments] : []),
    ...(knowledge === null ? [] : [['knowledge', canonicalJson(knowledge)]]),
  ];
  return sha256OfParts(parts);
}

/** One guardrail is a part as it was before a task could have several, so that stored results are still found. */
function guardrailParts(guardrails: readonly Guardrail[]): unknown {
  const parts = guardrails.map(({ on_failure, ...rule }) => (on_failure === 'fail' ? rule : { ...rule, on_failure }));
  return parts.length < 2 ? (parts[0] ?? null) : parts;
}

function agentParts({ name, system, model }: TurnAgent, rehearsal: boolean): unknown[] {
  return [name, system, ...modelParts(model, rehearsal)];
}

function modelParts(access: AgentModel, rehearsal: boolean) {
  const { provider, base_url, model, temperature = null, max_tokens = null, context_window = null } = access;
  const { api_version, parameters, headers, tool_protocol } = access;
  const added = [
    ...(api_version || parameters || headers ? [canonicalJson({ api_version, parameters, headers })] : []),
    ...(tool_protocol === undefined ? [] : [tool_protocol]),
  ];
  return [provider, rehearsal ? null : base_url, model, temperature, max_tokens, context_window, ...added];
}
