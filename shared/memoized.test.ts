import { expect, it } from 'vitest';
import { memoized } from './memoized.ts';

it('A memoized function computes its value once per argument, also if the value is undefined', () => {
  const computed: string[] = [];
  const nameOf = memoized(({ name }: { name: string | undefined }) => {
    computed.push(name ?? 'none');
    return name;
  });
  const [first, second, nameless] = [{ name: 'same' }, { name: 'same' }, { name: undefined }];
  expect([first, first, second, nameless, nameless].map(nameOf)).toEqual([
    'same',
    'same',
    'same',
    undefined,
    undefined,
  ]);
  expect(computed).toEqual(['same', 'same', 'none']);
});
