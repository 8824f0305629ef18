import { describe, expect, it } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { newRun } from '../../../shared/run/fold.ts';
import { nodePositions } from '../../state/canvas/node-positions.ts';
import { type CrewNode, edgesOf, nodesOf } from './graph.ts';

const task = (name: string, context: string[] = []) => ({
  name,
  description: '',
  expected_output: '',
  context,
  agent: 'ada',
});

// a → b → c
const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'letters',
  agents: [{ name: 'ada', role: '', goal: '' }],
  tasks: [task('a'), task('b', ['a']), task('c', ['b'])],
  layout: { nodes: { 'task:b': [500, 40] }, groups: [{ title: 'First', nodes: ['task:a', 'task:gone'] }] },
});
const NONE: ReadonlySet<string> = new Set();

function draw(before: readonly CrewNode[] = [], selection = NONE): CrewNode[] {
  const positions = nodePositions(CREW);
  const input = {
    crew: CREW,
    positions,
    dragged: new Map(),
    state: newRun(CREW),
    selection,
    critical: NONE,
    shown: null,
  };
  return nodesOf(input, new Map(before.map((node) => [node.id, node])));
}

describe('The crew on the canvas', () => {
  it('The crew on the canvas names each node by its kind, its name and its state', () => {
    const names = draw().flatMap(({ ariaLabel }) => ariaLabel ?? []);
    expect(names).toEqual(['Agent ada', 'Task a, waiting', 'Task b, waiting', 'Task c, waiting']);
  });

  it('The crew on the canvas puts a task without a position to the right of everything that it depends on', () => {
    const positions = nodePositions(CREW);
    expect(positions.get('task:b')).toEqual([500, 40]);
    expect(positions.get('task:c')?.[0]).toBeGreaterThan(positions.get('task:a')?.[0] ?? 0);
  });

  it('The crew on the canvas creates new objects only for nodes that changed', () => {
    const first = draw();
    const second = draw(first, new Set(['task:b']));
    const changed = second.filter((node) => node.type !== 'frame' && !first.includes(node));
    expect(changed.map(({ id }) => id)).toEqual(['task:b']);
  });

  it('The crew on the canvas draws a group around those of its members that exist', () => {
    const [frame] = draw();
    expect(frame).toMatchObject({ type: 'frame', data: { title: 'First', members: ['task:a'] } });
  });

  it('The crew on the canvas has an edge for each dependency and each assignment, and highlights those on the critical path', () => {
    const edges = edgesOf(CREW, null, NONE, ['a', 'b'], null);
    expect(edges.map(({ source, target, className }) => [source, target, className ?? ''])).toEqual([
      ['agent:ada', 'task:a', ''],
      ['task:a', 'task:b', 'lit'],
      ['agent:ada', 'task:b', ''],
      ['task:b', 'task:c', ''],
      ['agent:ada', 'task:c', ''],
    ]);
  });

  it('No edge is drawn above a node, and an edge on the critical path or selected is drawn above the others', () => {
    const selected = new Set(['edge:task:b→task:c']);
    const edges = edgesOf(CREW, null, selected, ['a', 'b'], null);
    const nodeLevels = draw().flatMap((node) => (node.type === 'frame' ? [] : (node.zIndex ?? 0)));
    expect(edges.every(({ zIndex = 0 }) => nodeLevels.every((level) => level >= zIndex))).toBe(true);
    const emphasized = edges.filter((edge) => edge.className === 'lit' || edge.selected);
    expect(emphasized).toHaveLength(2);
    const others = edges.filter((edge) => !emphasized.includes(edge)).map(({ zIndex = 0 }) => zIndex);
    for (const { zIndex = 0 } of emphasized) expect(zIndex).toBeGreaterThan(Math.max(...others));
  });

  it('The crew on the canvas contains only the requested nodes of a large crew, and the edges that touch the visible area', () => {
    const positions = nodePositions(CREW);
    const shown = new Set(['task:b', 'agent:ada']);
    const input = { crew: CREW, positions, dragged: new Map(), state: null, selection: NONE, critical: NONE, shown };
    const nodes = nodesOf(input, new Map()).filter(({ type }) => type !== 'frame');
    expect(nodes.map(({ id }) => id)).toEqual(['agent:ada', 'task:b']);
    const edges = edgesOf(CREW, null, NONE, [], new Set(['task:c']));
    expect(edges.map(({ source, target }) => [source, target])).toEqual([
      ['task:b', 'task:c'],
      ['agent:ada', 'task:c'],
    ]);
  });

  it('The crew on the canvas draws only some of the edges that lead from one node out of the visible area', () => {
    const names = Array.from({ length: 100 }, (_, at) => `t${at}`);
    const hub = crewSchema.parse({ ...CREW, tasks: [task('a'), ...names.map((name) => task(name, ['a']))] });
    const inSight = ['agent:ada', 'task:a', ...names.slice(0, 30).map((name) => `task:${name}`)];
    const from = edgesOf(hub, null, NONE, [], new Set(inSight)).filter(({ source }) => source === 'task:a');
    expect(from).toHaveLength(50);
  });
});
