import { beforeEach, describe, expect, it } from 'vitest';
import type { Origin } from '../shared/trust/permission.ts';
import { CopiedNodes } from './copied-nodes.ts';

const NODES = JSON.stringify({ crewlane: 'nodes/1', agents: [], tasks: [], positions: {}, groups: [] });
const ORIGINS: readonly Origin[] = ['own', 'trusted', 'foreign'];

let nodes: CopiedNodes;
beforeEach(() => {
  nodes = new CopiedNodes();
});
const pastedInto = (text: string) => ORIGINS.map((origin) => nodes.originAfterPaste(text, origin));

describe('a crew with pasted agents and tasks', () => {
  it('a crew is trusted no more than the crew that its pasted nodes were copied from', () => {
    nodes.recordCopy(NODES, 'own');
    expect(pastedInto(NODES)).toEqual(['own', 'trusted', 'foreign']);
    nodes.recordCopy(NODES, 'trusted');
    expect(pastedInto(NODES)).toEqual(['trusted', 'trusted', 'foreign']);
    nodes.recordCopy(NODES, 'foreign');
    expect(pastedInto(NODES)).toEqual(['foreign', 'foreign', 'foreign']);
  });

  it('a crew becomes foreign if this application did not copy exactly the pasted text', () => {
    expect(pastedInto(NODES)).toEqual(['foreign', 'foreign', 'foreign']);
    nodes.recordCopy(NODES, 'own');
    for (const text of [` ${NODES}`, JSON.stringify(JSON.parse(NODES), null, 2)])
      expect(pastedInto(text)).toEqual(['foreign', 'foreign', 'foreign']);
  });

  it('the origin does not change if the text contains no agents and tasks', () => {
    for (const text of ['', 'nodes/1', '{', '{"crewlane": "nodes/2"}', '[{"crewlane": "nodes/1"}]'])
      expect(pastedInto(text)).toEqual(['own', 'trusted', 'foreign']);
  });
});
