import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.mjs';
import { type Docstrings, docstringsOf, joinedSources } from './docstrings.ts';

const FOLDER = 'shared/run/events';
const SOURCES = readdirSync(join(ROOT, FOLDER))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(ROOT, FOLDER, name), 'utf8'));
/** The constants that define the families of events, such as `RUN_EVENTS`. */
const FAMILIES = SOURCES.flatMap((source) =>
  [...source.matchAll(/^export const (\w+_EVENTS) = /gm)].map(([, name]) => name),
);
const OTHER_FILES = ['shared/run/events.ts', 'shared/run/error-kind.ts'];

/** Schemas that the state of a run shares with the events, and the names of their places in the events. */
const SHARED = [
  ['runStartedSchema:run.started', 'RUN_EVENTS.run.started'],
  ['limiterSchema:limiter', 'LIMIT_EVENTS.limiter'],
  ['slotSamplesSchema', 'SLOT_EVENTS.sample.slots'],
] as const;

/** The docstrings of all events and their fields, by names such as `RUN_EVENTS.run.slots.slots`. */
export function eventDocstrings(): Docstrings {
  const sources = [...SOURCES, ...OTHER_FILES.map((file) => readFileSync(join(ROOT, file), 'utf8'))];
  const docs = docstringsOf(joinedSources(sources));
  const placed = SHARED.flatMap(([schema, place]) =>
    [...docs].flatMap(([key, text]): [string, string][] =>
      key.startsWith(`${schema}.`) ? [[place + key.slice(schema.length), text]] : [],
    ),
  );
  return new Map([...docs, ...placed]);
}

/** The name under which the docstrings of an event are stored. */
export function eventName(docs: Docstrings, type: string): string {
  for (const family of FAMILIES) {
    const name = `${family}.${type}`;
    for (const key of docs.keys()) if (key === name || key.startsWith(`${name}.`)) return name;
  }
  return type;
}
