import { expect, test } from 'vitest';
import { wouldDeadlockAcrossRows } from './wait-cycles.ts';

function allocation(owner: string, resource: string) {
  return { owners: [owner], resource, units: 1 };
}

test('a deadlock across several rows is detected', () => {
  const one = {
    waits: [{ id: 'a', owner: 'draft 1 ', resource: 'seat' }],
    allocations: [allocation('draft 1 ', 'own')],
  };
  const two = { waits: [], allocations: [allocation('draft 1 ', 'seat')] };
  const rows = [one, two].map((graph, at) => ({ row: at + 1, graph: { ...graph, free: () => 0 } }));
  const ask = (row: number, resource: string) =>
    wouldDeadlockAcrossRows(
      rows,
      new Map([
        ['seat', 1],
        ['db', 1],
      ]),
      [],
      { row, owner: 'draft 1 ', resource },
    );
  // A pool that a tool created belongs to its row: a pool of the same name in another row is a different one.
  expect(ask(2, 'own')).toBe(true);
  expect(ask(2, 'db')).toBe(false);
  rows[0]?.graph.allocations.push(allocation('draft 1 ', 'db'));
  expect(ask(2, 'db')).toBe(true);
});
