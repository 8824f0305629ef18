import type { Crew } from '../../shared/crew/schema.ts';

const COLORS = [
  '#3f8fd6',
  '#d0699b',
  '#8b6cf0',
  '#2fa58a',
  '#c98a2b',
  '#d2604f',
  '#5a9a3c',
  '#5f7bd8',
  '#b05ac4',
  '#3a9bab',
];

/** The color of an agent. It follows from the agent's index in the crew, so that neighbors differ. */
export function agentColor(crew: Pick<Crew, 'agents'>, name: string | null | undefined): string {
  const index = crew.agents.findIndex((agent) => agent.name === name);
  return index < 0 ? 'var(--waiting)' : (COLORS[index % COLORS.length] ?? 'var(--waiting)');
}

/** Two letters: the first letters of the first two words of the name, or its first two letters. */
export function initials(name: string): string {
  const [first = '', second] = name.split(/[_-]+/).filter((word) => word !== '');
  const letters = second === undefined ? [...first].slice(0, 2) : [[...first][0] ?? '', [...second][0] ?? ''];
  return letters.join('').toUpperCase();
}
