import * as errors from '../../shared/run/error-kind.ts';
import * as events from '../../shared/run/events.ts';
import { eventDocstrings, eventName } from './event-sources.ts';
import { fieldsOf, fieldTable, meaningsIn, namesOf } from './fields.ts';

/** Fields of every event. */
const COMMON = ['type', 'seq', 't'];

/** The reference page of the journal, made from the schemas of the events. */
export function journalPage(): string {
  const docs = eventDocstrings();
  const names = new Map([...namesOf(events), ...namesOf(errors)]);
  const sections = events.runEventSchema.options.map((option) => {
    const type = option.shape.type.value;
    const event = eventName(docs, type);
    const meaning = docs.get(event);
    const meaningOf = meaningsIn(docs, new Map([...names, [option, event]]));
    const fields = fieldsOf(option, meaningOf).filter(({ path }) => !COMMON.includes(path));
    return `### ${type}\n\n${meaning === undefined ? '' : `${meaning}\n\n`}${fieldTable(fields)}`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}

const INTRODUCTION = `# The journal

<!-- Generated from shared/run/events. Run \`npm run docs\` after a change. -->

Each run has a folder \`runs/RUN_ID\` in the data folder with these files:

- \`events.jsonl\`: the journal, one event per line, as JSON
- \`project.crew.json\`: the crew as it was run
- \`blobs/SHA256\`: bodies that are too long for an event, by their SHA-256
- \`crews\`: copies of the crew files that tasks run, if there are any
- \`named_files\`: copies of scripts and of the training file, if there are any
- \`local.json\`: the paths of the workspace and of the crew file on this machine

The engine only appends to the journal. An event is on disk before the engine acts on it. Folding the events in order gives
the state of the run: the window, the reports and \`resume\` use nothing else. A last line that was cut off by a crash is
ignored. Secrets are redacted before anything is written. The journal contains no path and no process id of a machine, so that
its slots can run elsewhere.

These pages describe what this version writes. A reader must accept missing optional fields: earlier versions did not write
all of them. They wrote \`pid\`, a process id, instead of \`where\`: process 4711 is read as \`local:4711\`.

## Fields of every event

| field | values | meaning |
| --- | --- | --- |
| \`type\` | text | The type of the event. |
| \`seq\` | integer, at least 1 | The number of the event. It counts from 1 without gaps. |
| \`t\` | integer, at least 0 | Run time in milliseconds. It does not advance while the run has no owner. |

A text of up to ${events.INLINE_RESULT_BYTES} bytes is in \`text\`. A longer text is in a blob, and \`blob\` is its SHA-256.

## Events
`;
