import { describe, expect, it } from 'vitest';
import { type Crew, crewSchema } from '../../../shared/crew/schema.ts';
import { taskSchema } from '../../../shared/crew/task-schema.ts';
import { NAME } from '../../../shared/crew/value-schemas.ts';
import { freeNames } from './free-names.ts';
import { copyNodes, pasteInto } from './paste.ts';

const task = (name: string, more: object = {}) => ({ name, description: '', expected_output: '', ...more });
const makeCrew = (more: object): Crew => crewSchema.parse({ format: 'crewlane/1', name: 'crew', ...more });

// draft → review; a council of ada and bo; review is judged by bo and needs the pool db
const CREW = makeCrew({
  agents: ['ada', 'bo'].map((name) => ({ name, role: '', goal: '' })),
  pools: [{ name: 'db', capacity: 2 }],
  tasks: [
    task('draft', { agent: 'ada' }),
    task('review', {
      agents: ['ada', 'bo'],
      context: ['draft'],
      resources: [{ pool: 'db', units: 2 }],
      guardrail: { agent: 'bo', criteria: 'It is true.' },
    }),
  ],
  layout: {
    nodes: { 'task:draft': [100, 100], 'task:review': [400, 200] },
    groups: [
      { title: 'Both', nodes: ['task:draft', 'task:review'] },
      { title: 'Part', nodes: ['agent:ada'] },
    ],
  },
});
const ALL = ['task:draft', 'task:review', 'agent:ada', 'agent:bo', 'pool:db'];
const named = <Node extends { name: string }>(nodes: readonly Node[], name: string) =>
  nodes.find((node) => node.name === name);

describe('Pasted nodes', () => {
  it('Pasted nodes refer to the copies of nodes that were copied with them', () => {
    const { crew, keys } = pasteInto(CREW, copyNodes(CREW, ALL), null);
    expect(keys.sort()).toEqual(['agent:ada_2', 'agent:bo_2', 'pool:db_2', 'task:draft_2', 'task:review_2']);
    expect(named(crew.tasks, 'draft_2')?.agent).toBe('ada_2');
    expect(named(crew.tasks, 'review_2')).toMatchObject({
      agents: ['ada_2', 'bo_2'],
      context: ['draft_2'],
      resources: [{ pool: 'db_2', units: 2 }],
      guardrail: { agent: 'bo_2' },
    });
    expect(crew.layout.groups.at(-1)).toEqual({ title: 'Part', nodes: ['agent:ada_2'] });
    expect(crew.layout.groups.at(-2)).toEqual({ title: 'Both', nodes: ['task:draft_2', 'task:review_2'] });
  });

  it('Pasted nodes keep references to existing nodes that were not copied', () => {
    const { crew } = pasteInto(CREW, copyNodes(CREW, ['task:review']), null);
    expect(named(crew.tasks, 'review_2')).toEqual({ ...CREW.tasks[1], name: 'review_2' });
    expect(crew.layout.groups).toEqual(CREW.layout.groups);
  });

  it('Pasted nodes lose every reference to nodes that the other crew does not have', () => {
    const { crew } = pasteInto(makeCrew({}), copyNodes(CREW, ['task:review']), null);
    const [review] = crew.tasks;
    expect(review).toMatchObject({ name: 'review', context: [], resources: [] });
    expect(Object.keys(review ?? {})).not.toEqual(expect.arrayContaining(['agents']));
    expect(review?.guardrail).toBeUndefined();
    expect(crewSchema.safeParse(crew).success).toBe(true);
  });

  it('Pasted nodes begin at the pointer, and next to the previous copies when they are pasted again', () => {
    const nodes = copyNodes(CREW, ['task:draft', 'task:review']);
    const first = pasteInto(CREW, nodes, [1000, 50]).crew;
    expect(first.layout.nodes).toMatchObject({ 'task:draft_2': [1000, 50], 'task:review_2': [1300, 150] });
    const second = pasteInto(first, nodes, [1000, 50]).crew;
    expect(second.layout.nodes).toMatchObject({ 'task:draft_3': [1032, 82], 'task:review_3': [1332, 182] });
  });

  it('Pasted nodes are placed next to their originals when duplicated, even if the file has no positions', () => {
    const nodes = copyNodes(CREW, ['task:draft', 'agent:ada']);
    const { layout } = pasteInto(CREW, nodes, null).crew;
    expect(layout.nodes['task:draft_2']).toEqual([132, 132]);
    expect(layout.nodes['agent:ada_2']).toBeDefined();
  });

  it('Pasted nodes are created in time linear in the number of nodes', () => {
    const steps = (count: number) => {
      let reads = 0;
      const tasks = Array.from({ length: count }, (_, at) => taskSchema.parse(task(`t${at}`)));
      for (const one of tasks) {
        const { name } = one;
        const get = () => {
          reads += 1;
          return name;
        };
        Object.defineProperty(one, 'name', { enumerable: true, get });
      }
      const crew = { ...makeCrew({}), tasks };
      const copied = copyNodes(
        crew,
        crew.tasks.map(({ name }) => `task:${name}`),
      );
      reads = 0;
      pasteInto(crew, copied, null);
      return reads;
    };
    expect(steps(2000) / steps(200)).toBeLessThan(15);
  });
});

describe('A free name', () => {
  it('A free name differs from every name of the crew, ignoring case, and from the names before', () => {
    const next = freeNames(CREW);
    expect(['Draft', 'draft', 'new', 'new'].map(next)).toEqual(['Draft_2', 'draft_3', 'new', 'new_2']);
  });

  it('A free name is never longer than a name may be', () => {
    const stem = 'x'.repeat(64);
    const next = freeNames(makeCrew({ tasks: [task(stem)] }));
    expect(next(stem)).toMatch(/^x{62}_2$/);
    expect(next('𝒳'.repeat(64))).toMatch(NAME);
  });
});
