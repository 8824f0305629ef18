// @vitest-environment happy-dom
import { act, createElement, Profiler } from 'react';
import { type NodeProps, ReactFlowProvider } from 'reactflow';
import { expect, test } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import { edit, openDocument } from '../../state/document.ts';
import { ManualWorker } from '../../state/figures/testing.ts';
import { applyUpdate, showNewRun } from '../../state/run.ts';
import { draw, element, until } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { TaskNode } from './task-node.tsx';

const task = (name: string, more: object) => ({ name, description: '', expected_output: '', async: true, ...more });
const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  agents: [
    { name: 'ada', role: '', goal: '' },
    { name: 'bo', role: '', goal: '' },
    { name: 'cy', role: '', goal: '', max_concurrent: 1 },
  ],
  pools: [{ name: 'scanner', capacity: 1 }],
  tasks: [
    task('scan', { agent: 'ada', async: false, resources: [{ pool: 'scanner', units: 1 }] }),
    task('scan_again', { agent: 'ada', resources: [{ pool: 'scanner', units: 1 }] }),
    task('in_turn', { agent: 'ada', async: false }),
    task('ask', { agent: 'bo' }),
    task('free', { agent: 'ada' }),
    task('read', { agent: 'cy' }),
    task('read_on', { agent: 'cy' }),
  ],
});
const NAMES = CREW.tasks.map(({ name }) => name);
const EVENTS: readonly RunEvent[] = [
  ...NAMES.map((name, at): RunEvent => ({ type: 'task.ready', seq: at + 1, t: 0, task: name })),
  { type: 'attempt.started', seq: 8, t: 0, task: 'scan', attempt: 1, slot: 1, agent: 'ada' },
  { type: 'attempt.started', seq: 9, t: 0, task: 'read', attempt: 1, slot: 2, agent: 'cy' },
  { type: 'agent.held', seq: 10, t: 0, agent: 'bo', by: 'minute' },
];

/** The text at the right of each node's second line. */
const figures = () =>
  Object.fromEntries(
    [...element.querySelectorAll('.task-node')].map((node) => [
      node.getAttribute('title'),
      node.querySelector('.figure')?.textContent,
    ]),
  );

test('A ready task shows its wait reason from the figures, and nothing before the figures exist', async () => {
  // The component reads only these two of a node's properties.
  const propsOf = (name: string) =>
    ({ data: { name }, selected: false }) as unknown as NodeProps & { data: { name: string } };
  const nodes = NAMES.map((name) => createElement(TaskNode, { key: name, ...propsOf(name) }));
  draw(createElement(ReactFlowProvider, null, nodes));
  await act(async () => {
    showNewRun(win, 'r', CREW);
    applyUpdate(win, { run: 'r', events: [...EVENTS], text: [], now: 500 });
  });
  expect(figures()).toMatchObject({ scan_again: '', in_turn: '', ask: '', free: '', read_on: '' });
  await until(() => expect(ManualWorker.all.at(-1)?.pending).toHaveLength(1));
  await act(async () => ManualWorker.all.at(-1)?.answer());
  expect(figures()).toMatchObject({
    scan_again: 'for a pool',
    in_turn: 'for the lane',
    ask: 'for the rate limit',
    free: 'for a slot',
    read_on: 'for its agent',
  });
});

test('Editing the text of one task does not render other nodes', () => {
  openDocument(win, { crew: CREW, path: null, edited: false });
  const drawn: string[] = [];
  const nodes = NAMES.map((name) =>
    createElement(
      Profiler,
      { key: name, id: name, onRender: (id) => void drawn.push(id) },
      createElement(TaskNode, { data: { name }, selected: false } as unknown as NodeProps & { data: { name: string } }),
    ),
  );
  draw(createElement(ReactFlowProvider, null, nodes));
  drawn.length = 0;
  act(() =>
    edit(win, (crew) => {
      for (const one of crew.tasks) if (one.name === 'ask') one.description = 'Ask again.';
    }),
  );
  expect(drawn).toEqual(['ask']);
});
