import type { Crew } from '../../shared/project/schema.ts';

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

/** The colour of an agent: by its place in the crew, so that neighbours differ. */
export function agentColor(project: Pick<Crew, 'agents'>, name: string | null | undefined): string {
  const index = project.agents.findIndex((agent) => agent.name === name);
  return index < 0 ? 'var(--waiting)' : (COLORS[index % COLORS.length] ?? 'var(--waiting)');
}

/** Two letters: the first of its first two words, or its first two. */
export function initials(name: string): string {
  const [first = '', second] = name.split(/[_-]+/).filter((word) => word !== '');
  const letters = second === undefined ? [...first].slice(0, 2) : [[...first][0] ?? '', [...second][0] ?? ''];
  return letters.join('').toUpperCase();
}
