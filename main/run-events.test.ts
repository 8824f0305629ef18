import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RunEvents } from './run-events.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-events-'));
  await writeCrew();
  await writeFile(join(dir, 'events.jsonl'), lines(1, 5000));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function writeCrew(name = 'letters'): Promise<void> {
  return writeFile(join(dir, 'project.crew.json'), JSON.stringify({ format: 'crewlane/1', name }));
}

function lines(from: number, to: number): string {
  const line = (seq: number) =>
    `${JSON.stringify({ type: 'milestone', seq, t: seq, task: 'a', attempt: 1, name: 'x' })}\n`;
  return Array.from({ length: to - from + 1 }, (_, at) => line(from + at)).join('');
}

async function readAll(events: RunEvents): Promise<{ seqs: number[]; crews: number }> {
  const seqs: number[] = [];
  let crews = 0;
  for (;;) {
    const page = await events.after(dir, seqs.length);
    if (page.crew) crews += 1;
    if (page.events.length === 0) return { seqs, crews };
    seqs.push(...page.events.map(({ seq }) => seq));
  }
}

const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

it('a run is read page by page, and the first page includes its crew', async () => {
  expect(await readAll(new RunEvents())).toEqual({ seqs: upTo(5000), crews: 1 });
});

it('only new lines of a run in progress are read, and its crew is read once', async () => {
  const events = new RunEvents();
  await readAll(events);
  // If they were read again, the changed content would be returned.
  await writeFile(join(dir, 'project.crew.json'), 'no crew');
  await writeFile(join(dir, 'events.jsonl'), lines(1, 5000).replaceAll('milestone', 'no_event_'));
  await appendFile(join(dir, 'events.jsonl'), lines(5001, 5003));
  const page = await events.after(dir, 5000);
  expect(page.events.map(({ seq }) => seq)).toEqual([5001, 5002, 5003]);
  expect(page.crew).toBeNull();
});

it('a partial line is read when it is complete', async () => {
  const events = new RunEvents();
  const next = lines(5001, 5001);
  await appendFile(join(dir, 'events.jsonl'), next.slice(0, 20));
  await readAll(events);
  expect((await events.after(dir, 5000)).events).toEqual([]);
  await appendFile(join(dir, 'events.jsonl'), next.slice(20));
  expect((await events.after(dir, 5000)).events.map(({ seq }) => seq)).toEqual([5001]);
});

it('the first page of a run is always read again', async () => {
  const events = new RunEvents();
  await readAll(events);
  await writeCrew('others');
  expect((await events.after(dir, 0)).crew?.name).toBe('others');
});
