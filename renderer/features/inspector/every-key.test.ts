// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { agentSchema } from '../../../shared/crew/agent-schema.ts';
import { fileDatabaseSchema, serverDatabaseSchema } from '../../../shared/crew/databases.ts';
import { CREW_FIELDS } from '../../../shared/crew/fields/crew-fields.ts';
import { crewSchema, poolSchema } from '../../../shared/crew/schema.ts';
import { taskSchema } from '../../../shared/crew/task-schema.ts';
import { commandServerSchema, crewToolSchema, urlServerSchema } from '../../../shared/crew/tool-schema.ts';
import type { Bridge } from '../../../shared/ipc/channels.ts';
import { openDocument } from '../../state/document.ts';
import { select } from '../../state/ui.ts';
import { draw, element } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { Inspector } from './inspector.tsx';

const main = { call: () => new Promise(() => undefined), on: () => () => undefined };
Object.defineProperty(window, 'crewlane', { value: main as unknown as Bridge, configurable: true });

const GUARDRAILS = [
  { check: 'length', min: 1, max: 9 },
  { check: 'regex', pattern: '.' },
  { check: 'json' },
  { check: 'language', language: 'en' },
  { check: 'cites' },
  { check: 'expression', cel: 'true', message: 'wrong' },
  { criteria: 'good' },
  { agent: 'ada', criteria: 'good' },
];
const MEASURES = [
  { rows_of: 'a.csv' },
  { files_written: '*' },
  { items: { task: 'task_0', path: 'list' } },
  { checks: 'task_0' },
  { completed: 'data' },
];

/** A crew that uses every variant of every key. */
const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'everything',
  process: 'hierarchical',
  settings: {
    web_search: { provider: 'searxng', base_url: 'http://localhost:8080' },
    email: { host: 'smtp.example.com', from: 'ann@example.com' },
    knowledge: {},
  },
  agents: [{ name: 'ada', role: '', goal: '', manager: true }],
  tasks: GUARDRAILS.map((guardrail, at) => ({
    name: `task_${at}`,
    description: '',
    expected_output: '',
    agents: ['ada'],
    retries: {},
    resources: [{ pool: 'db', units: 1 }],
    for_each: { input: 'topic' },
    repeat: { until: 'round == 2' },
    guardrail,
  })),
  pools: [{ name: 'db', capacity: 1 }],
  inputs: { topic: 'birds' },
  workload: Object.fromEntries(MEASURES.map((measure, at) => [`amount_${at}`, { declared: at, measure }])),
  tools: [
    { name: 'lead', description: 'Finds a lead.', http: { url: 'https://crm.example/leads/{id}' } },
    { name: 'rank', description: 'Ranks leads.', script: 'tools/rank.js' },
  ],
  mcp_servers: { files: { url: 'https://files.example' }, notes: { command: 'node' } },
  databases: { shop: { kind: 'postgres', url_key: 'SHOP_URL' }, data: { kind: 'sqlite', file: 'data.sqlite' } },
});

/** Keys that no form edits, with the part of the window that edits them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  format: 'no part of the window',
  'settings.max_concurrent_tasks': 'toolbar',
  'settings.provider': 'toolbar',
  agents: 'inspector of the node',
  tasks: 'inspector of the node',
  pools: 'inspector of the node',
  tools: 'library',
  mcp_servers: 'library',
  databases: 'library',
  layout: 'canvas',
};

/** Keys that the field of another key sets. */
const SET_BY: Readonly<Record<string, string>> = { 'resources.0.pool': 'resources' };

/** The visited variants of unions. The test checks that the crew above uses all of them. */
const visited = new Set<z.core.$ZodType>();

/** The paths of all keys that a value of this schema can have. */
function keysOf(schema: z.core.$ZodType, value: unknown, path: string): string[] {
  const inner = unwrapped(schema);
  if (path in ELSEWHERE) return [];
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([key, own]) => keysOf(own, read(value, key), join(path, key)));
  }
  if (inner instanceof z.ZodArray && unwrapped(inner.element) instanceof z.ZodObject) {
    return listOf(value).flatMap((element, at) => keysOf(inner.element, element, join(path, String(at))));
  }
  if (inner instanceof z.ZodUnion && value !== undefined) {
    const variant = inner.options.find((option) => z.safeParse(option, value).success);
    expect(variant, `a variant of ${path}`).toBeDefined();
    if (variant === undefined) return [];
    visited.add(variant);
    return keysOf(variant, value, path);
  }
  if (inner instanceof z.ZodRecord && path !== 'extras') {
    return Object.entries(value ?? {}).flatMap(([key, entry]) => keysOf(inner.valueType, entry, join(path, key)));
  }
  return [path];
}

function unionsIn(schema: z.core.$ZodType): z.core.$ZodType[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) return Object.values(inner.shape).flatMap(unionsIn);
  if (inner instanceof z.ZodArray) return unionsIn(inner.element);
  if (inner instanceof z.ZodRecord) return unionsIn(inner.valueType);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => [option, ...unionsIn(option)]);
  return [];
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const isWrapped =
    schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return isWrapped ? unwrapped(schema.def.innerType) : schema;
}

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);
const read = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The keys for which the inspector of a node, or of the crew, has a field. */
function keysShown(...selected: string[]): string[] {
  act(() => select(win, ...selected));
  act(() => {
    const details = element.querySelector('details');
    if (details === null) return;
    details.open = true;
    details.dispatchEvent(new Event('toggle'));
  });
  return [...element.querySelectorAll('[data-key]')].map((field) => field.getAttribute('data-key') ?? '');
}

function expectFields(shown: readonly string[], schema: z.ZodType, value: unknown): void {
  const expected = keysOf(schema, value, '');
  expect(expected.length).toBeGreaterThan(1);
  expect(expected.filter((key) => !shown.includes(SET_BY[key] ?? key))).toEqual([]);
}

beforeEach(() => {
  openDocument(win, { crew: CREW, path: null, edited: false });
  draw(createElement(Inspector));
});

describe('The inspector', () => {
  it('The inspector has a field for every key of a crew', () => expectFields(keysShown(), crewSchema, CREW));
  it('The inspector has a field for every key of an agent', () =>
    expectFields(keysShown('agent:ada'), agentSchema, CREW.agents[0]));
  it('The inspector has a field for every key of a pool', () =>
    expectFields(keysShown('pool:db'), poolSchema, CREW.pools[0]));

  it('The inspector has a field for every key of a tool of the crew', () => {
    const [http, script] = CREW.tools;
    expectFields(keysShown('tool:lead'), crewToolSchema.omit({ script: true }), http);
    expectFields(keysShown('tool:rank'), crewToolSchema.omit({ http: true }), script);
  });
  it('The inspector has a field for every key of a server', () => {
    expectFields(keysShown('server:files'), urlServerSchema, CREW.mcp_servers['files']);
    expectFields(keysShown('server:notes'), commandServerSchema, CREW.mcp_servers['notes']);
  });

  it('The inspector has a field for every key of a database', () => {
    expectFields(keysShown('database:shop'), serverDatabaseSchema, CREW.databases['shop']);
    expectFields(keysShown('database:data'), fileDatabaseSchema.omit({ kind: true }), CREW.databases['data']);
  });

  it('The inspector has a field for every key of a task, with every kind of guardrail', () => {
    for (const task of CREW.tasks) expectFields(keysShown(`task:${task.name}`), taskSchema, task);
  });

  it('The crew of this test uses every variant of a union that the inspector of the crew or a task edits', () => {
    keysOf(crewSchema, CREW, '');
    for (const task of CREW.tasks) keysOf(taskSchema, task, '');
    const { workload } = crewSchema.shape;
    const { guardrail } = taskSchema.shape;
    const leaves = [...unionsIn(workload), ...unionsIn(guardrail)].filter((option) => !(option instanceof z.ZodUnion));
    expect(leaves.filter((option) => !visited.has(option))).toEqual([]);
  });
});

it('A key without a field names the part of the window that edits it', () => {
  const elsewhere = (table: object, path: string): [string, unknown][] =>
    Object.entries(table).flatMap(([key, info]: [string, object]) => {
      if ('editedIn' in info) return [[join(path, key), info.editedIn]];
      return 'fields' in info ? elsewhere(info.fields as object, join(path, key)) : [];
    });
  expect(Object.fromEntries(elsewhere(CREW_FIELDS, ''))).toEqual(ELSEWHERE);
});
