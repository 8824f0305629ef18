import type { Agent, Crew } from './schema.ts';

type WithMemory = Pick<Crew, 'settings' | 'agents'>;

/** The tools that an agent with a memory has, in addition to those that it lists. */
export const MEMORY_TOOLS = ['remember', 'recall'] as const;

/** Whether an agent remembers across runs: its own setting, else that of the crew. */
export function hasMemory({ settings, agents }: WithMemory, agent: string): boolean {
  return isOn(
    settings,
    agents.find(({ name }) => name === agent),
  );
}

/** Whether any agent of the crew remembers across runs. */
export function usesMemory({ settings, agents }: WithMemory): boolean {
  return agents.some((agent) => isOn(settings, agent));
}

function isOn(settings: Crew['settings'], agent: Agent | undefined): boolean {
  return agent !== undefined && (agent.memory ?? settings.memory);
}
