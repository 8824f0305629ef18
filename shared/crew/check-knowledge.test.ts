import { describe, expect, it } from 'vitest';
import { makeCrew } from '../scheduler/testing/rig.ts';
import { checkCrew, findProblems } from './check.ts';
import { looseCrew } from './loose.ts';
import { rename } from './rename.ts';
import { crewSchema } from './schema.ts';

const crewOf = (parts: object) => ({ ...makeCrew({ tasks: [{ name: 'a' }] }), ...parts });

function problems(parts: object): string[] {
  const found = findProblems(looseCrew(crewOf(parts))).map(({ code, message }) => `${code}: ${message}`);
  const parsed = crewSchema.parse(crewOf(parts));
  expect(checkCrew(parsed).map(({ code, message }) => `${code}: ${message}`)).toEqual(found);
  return found;
}

describe('The check of knowledge', () => {
  it.each(['a.md', 'manuals', 'manuals/', 'manuals/**/*.pdf', 'größe/{a,b}.md'])('accepts %s', (path) => {
    expect(problems({ knowledge: [{ path }] })).toEqual([]);
  });

  it.each([
    ['/etc/passwd', 'is an absolute path'],
    ['C:/a.md', 'is an absolute path'],
    ['\\\\host\\a', 'contains "\\"'],
    ['a\\b', 'contains "\\"'],
    ['../a.md', 'has ".." in it'],
    ['a/../../b', 'has ".." in it'],
    ['.env', 'begins with a dot'],
    ['*/.ssh/**', 'begins with a dot'],
    ['a/.git/config', 'metadata of a repository'],
    ['*a*b*c*d*', 'too many wildcards'],
  ])('refuses %s', (path, why) => {
    expect(problems({ knowledge: [{ path }] })).toEqual([expect.stringContaining(why)]);
  });

  it('refuses agents that do not exist, and a model without a provider', () => {
    expect(problems({ knowledge: [{ path: 'a.md', agents: ['nobody'] }] })).toEqual([
      'unknown_reference: Knowledge refers to agent "nobody", which does not exist. Add it, or fix the name.',
    ]);
    const settings = { ...crewOf({}).settings, knowledge: { results: 3, embeddings: 'text-embedding-3-small' } };
    expect(problems({ settings })).toEqual([expect.stringContaining('names no provider')]);
  });

  it('renames an agent in knowledge too', () => {
    const crew = crewSchema.parse(crewOf({ knowledge: [{ path: 'a.md', agents: ['ada', 'bob'] }] }));
    expect(rename(crew, 'agent', 'ada', 'eve').knowledge).toEqual([{ path: 'a.md', agents: ['eve', 'bob'] }]);
  });
});
