// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { edit, openDocument } from '../../state/document.ts';
import { draw } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { type TimelineSource, useSource } from './source.ts';

const crew = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  agents: [{ name: 'ada', role: 'r', goal: 'g' }],
  tasks: [{ name: 'a', description: 'd', expected_output: 'o', agent: 'ada' }],
});
const open = () => openDocument(win, { crew, path: null, edited: false });

const drawn: TimelineSource[] = [];
const latest = () => drawn.at(-1);

function RecordsSource(): null {
  drawn.push(useSource());
  return null;
}

beforeEach(() => {
  open();
  draw(createElement(RecordsSource));
});

test('Moving a node does not change the source of the timeline, so nothing is simulated again', () => {
  const before = latest();
  act(() =>
    edit(win, (draft) => {
      draft.layout.nodes['task:a'] = [100, 50];
    }),
  );
  expect(latest()).toBe(before);
});

test('A changed number of slots appears immediately as the same crew, while another opened crew is a new source', () => {
  const before = latest();
  act(() =>
    edit(win, (draft) => {
      draft.settings.max_concurrent_tasks = 3;
    }),
  );
  expect(latest()?.state.slotCounts.at(-1)?.slots).toBe(3);
  expect(latest()?.shown).toBe(before?.shown);
  act(open);
  expect(latest()?.shown).not.toBe(before?.shown);
});
