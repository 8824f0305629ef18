import { expect, test } from 'vitest';
import { makeCrew } from '../run/testing/journal.ts';
import { cacheMode } from './cache.ts';

test('A task that is one call is cached like others, unless the call always asks a person.', () => {
  const email = { to: ['ann@example.com'], subject: 'Done', body: 'It is done.' };
  const crew = makeCrew(
    [
      { name: 'count', agent: undefined, call: { tool: 'code_runner', arguments: { code: '1' } } },
      { name: 'tell', agent: undefined, call: { tool: 'send_email', arguments: email } },
    ],
    { settings: { cache: 'read_write' } },
  );
  expect(crew.tasks.map((task) => cacheMode(crew, task))).toEqual(['read_write', 'off']);
});
