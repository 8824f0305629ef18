import { describe, expect, it } from 'vitest';
import { crewSchema } from '../../../shared/project/schema.ts';
import { refusal } from './connecting.ts';

const task = (name: string, context: string[] = []) => ({ name, description: '', expected_output: '', context });

// a → b → c, and d alone
const PROJECT = crewSchema.parse({
  format: 'crewlane/1',
  name: 'letters',
  agents: [{ name: 'ada', role: '', goal: '' }],
  tasks: [task('a'), task('b', ['a']), task('c', ['b']), task('d')],
});

describe('a line that is being drawn', () => {
  it('is refused where it would create a cycle, and names the cycle', () => {
    expect(refusal(PROJECT, 'task:c', 'task:a')).toBe('This would create a cycle: a → c → b → a.');
  });

  it('is refused from a task to itself, to one that it leads to already, and to an agent', () => {
    expect(refusal(PROJECT, 'task:a', 'task:a')).toContain('itself');
    expect(refusal(PROJECT, 'task:a', 'task:b')).toContain('already');
    expect(refusal(PROJECT, 'task:a', 'agent:ada')).toContain('must end at a task');
  });

  it('is taken from an agent to any task, and where it creates no cycle', () => {
    expect(refusal(PROJECT, 'agent:ada', 'task:c')).toBeNull();
    expect(refusal(PROJECT, 'task:a', 'task:d')).toBeNull();
    expect(refusal(PROJECT, 'task:a', 'task:c')).toBeNull();
  });
});
