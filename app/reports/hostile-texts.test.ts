import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { completed, finished, inOrder, makeCrew, ran } from '../../shared/run/testing/journal.ts';
import { exported } from './testing/exported.ts';

const UNPRINTABLE = /(?![\t\n])\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;
const EVIL = 'a\u001b[2J\u0007b\0c\u009b31md\u202etxt\ud83d';

describe('Control characters in titles, answers and messages', () => {
  const crew = makeCrew([
    { name: 'a', title: `Title ${EVIL}`, category: `Kind ${EVIL}` },
    { name: 'b', title: `Other\r${EVIL}` },
  ]);
  const files = exported(
    crew,
    inOrder(
      ran('a', 1, 0, 100),
      [50, { type: 'milestone', task: 'a', attempt: 1, name: `Mark ${EVIL}` }],
      completed('a', 100),
      [100, { type: 'attempt.started', task: 'b', attempt: 1, slot: 1, agent: 'ada' }],
      [200, { type: 'attempt.ended', task: 'b', attempt: 1, result: 'error', kind: 'tool', message: `No ${EVIL}` }],
      [200, { type: 'task.failed', task: 'b', kind: 'tool', message: `No ${EVIL}` }],
      finished(200, 'failed'),
    ),
    {},
    new Map([['a', `Answer ${EVIL}\r\nnext\u2028line`]]),
  );

  test.each([...files.keys()])('%s has nothing that a terminal or an editor acts on', (name) => {
    const text = (files.get(name) ?? '').replaceAll('\r\n', '\n');
    expect(UNPRINTABLE.exec(text)?.index).toBeUndefined();
  });

  test('control characters are unchanged in the record that programs read', () => {
    const record: unknown = JSON.parse(files.get('run.json') ?? '');
    expect(record).toMatchObject({ results: [{ result: `Answer ${EVIL}\r\nnext\u2028line` }, {}] });
  });

  test('the words around control characters stay readable', () => {
    expect(files.get('a_result.md')).toContain('Answer a [2J b c 31mdtxt\ufffd\nnext\nline');
  });
});

describe('tasks.csv', () => {
  const titles = ['=SUM(A1)', '+1+1', '-2+3', '@x', ' =1', '\t=1', '＝1', '-5', 'a;b', 'a,"b"', '📊 Umsätze', '\r=1'];
  const crew = makeCrew(titles.map((title, at) => ({ name: `task_${at}`, title })));
  const csv = exported(crew, [finished(0)]).get('tasks.csv') ?? '';
  const rows: Record<string, string>[] = parse(csv, { columns: true, bom: true });

  test('tasks.csv begins with the mark by which spreadsheets recognize UTF-8', () => {
    expect(csv.codePointAt(0)).toBe(0xfeff);
    expect(rows[10]?.['title']).toBe('📊 Umsätze');
  });

  test('tasks.csv has no cell that a spreadsheet treats as a formula', () => {
    const cells = rows.flatMap((row) => Object.values(row));
    expect(cells.filter((cell) => /^\s*[=+@＝]|^\s*-(?!\d+$)/.test(cell))).toEqual([]);
    expect(rows.map((row) => row['title'])).toContain('-5');
  });
});

test('Tasks with long names each have a file of their own', () => {
  const long = '𠮷'.repeat(63);
  const names = [`${long}一`, `${long}二`, '短'.repeat(64)];
  const files = exported(makeCrew(names.map((name) => ({ name }))), [finished(0)]);
  const results = [...files.keys()].filter((file) => file.endsWith('_result.md'));
  expect(new Set(results).size).toBe(3);
  for (const file of files.keys()) expect(Buffer.byteLength(file)).toBeLessThanOrEqual(255);
});
