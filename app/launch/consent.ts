import type { Project } from '../../shared/project/schema.ts';
import { OUTSIDE_TOOLS } from '../../shared/project/tools.ts';
import type { ModelChoice } from './models.ts';

export interface ConsentParts {
  project: Project;
  agents: ReadonlyMap<string, ModelChoice>;
  keyOf(choice: ModelChoice): string | null;
}

/**
 * What a real run of a stranger's file needs its reader's consent for, each in a sentence; empty: nothing. A rehearsal
 * needs none and is not to be asked about.
 */
export function consentNeeds({ project, agents, keyOf }: ConsentParts): string[] {
  const addresses = new Map<string, string>();
  for (const choice of agents.values()) {
    if (!choice.fromFile || choice.baseUrl === null || keyOf(choice) === null) continue;
    addresses.set(
      choice.baseUrl,
      `Your key for "${choice.provider.name}" would go to ${choice.baseUrl}, which stands in the file.`,
    );
  }
  const servers = Object.keys(project.mcp_servers).map((name) => `The MCP server "${name}" would be started or asked.`);
  const tools = outsideTools(project).map((name) => `The tool "${name}" reaches outside the workspace.`);
  return [...addresses.values(), ...servers, ...tools];
}

function outsideTools(project: Project): string[] {
  const named = [...project.agents.flatMap(({ tools }) => tools), ...project.tasks.flatMap(({ tools }) => tools ?? [])];
  return [...new Set(named)].filter((name) => OUTSIDE_TOOLS.has(name)).sort();
}
