import { describe, expect, it } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { connectionError } from './connection.ts';

const task = (name: string, context: string[] = []) => ({ name, description: '', expected_output: '', context });

// a → b → c, and d alone
const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'letters',
  agents: [{ name: 'ada', role: '', goal: '' }],
  tasks: [task('a'), task('b', ['a']), task('c', ['b']), task('d')],
});

describe('A connection that is being drawn', () => {
  it('A connection that is being drawn is refused if it would create a cycle, and the message names the cycle', () => {
    expect(connectionError(CREW, 'task:c', 'task:a')).toBe('This would create a cycle: a → c → b → a.');
  });

  it('A connection that is being drawn is refused from a task to itself, to an existing dependent, and to an agent', () => {
    expect(connectionError(CREW, 'task:a', 'task:a')).toContain('itself');
    expect(connectionError(CREW, 'task:a', 'task:b')).toContain('already');
    expect(connectionError(CREW, 'task:a', 'agent:ada')).toContain('must end at a task');
  });

  it('A connection that is being drawn is accepted from an agent to any task, and from a task if it creates no cycle', () => {
    expect(connectionError(CREW, 'agent:ada', 'task:c')).toBeNull();
    expect(connectionError(CREW, 'task:a', 'task:d')).toBeNull();
    expect(connectionError(CREW, 'task:a', 'task:c')).toBeNull();
  });
});
