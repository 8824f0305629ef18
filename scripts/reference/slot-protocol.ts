import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import * as errors from '../../shared/run/error-kind.ts';
import * as events from '../../shared/run/events.ts';
import * as agentModel from '../../shared/slot/agent-model.ts';
import * as message from '../../shared/slot/message.ts';
import * as messages from '../../shared/slot/protocol.ts';
import * as slotEvent from '../../shared/slot/slot-event.ts';
import * as slotOutcome from '../../shared/slot/slot-outcome.ts';
import * as slotRequest from '../../shared/slot/slot-request.ts';
import * as turnAgent from '../../shared/slot/turn-agent.ts';
import * as turnKey from '../../shared/slot/turn-key.ts';
import * as turnSubmission from '../../shared/slot/turn-submission.ts';
import { ROOT } from '../root.mjs';
import { docstringsOf, joinedSources } from './docstrings.ts';
import { eventDocstrings, eventName } from './event-sources.ts';
import { fieldsOf, fieldTable, meaningsIn, namesOf } from './fields.ts';

/** The files in `shared/slot` with the schemas of the messages. */
const FILES = [
  ...['protocol', 'turn-key', 'turn-submission', 'turn-agent', 'agent-model', 'message'],
  ...['slot-event', 'slot-request', 'slot-outcome'],
];
const protocol = {
  ...messages,
  ...turnKey,
  ...turnSubmission,
  ...turnAgent,
  ...agentModel,
  ...message,
  ...slotEvent,
  ...slotRequest,
  ...slotOutcome,
};

/** Objects of messages that have a section of their own, in its order. */
const OBJECTS: readonly (readonly [title: string, schema: z.ZodObject, name: string])[] = [
  ['Provided', protocol.providedSchema, 'providedSchema'],
  ['Turn submission', protocol.turnSubmissionSchema, 'turnSubmissionSchema'],
  ['Turn agent', protocol.turnAgentSchema, 'turnAgentSchema'],
  ['Agent model', protocol.agentModelSchema, 'agentModelSchema'],
  ['Judge', protocol.judgeSchema, 'judgeSchema'],
  ['Turn guardrails', protocol.turnGuardrailsSchema, 'turnGuardrailsSchema'],
  ['Measured', events.measuredSchema, 'measuredSchema'],
  ['Failure', errors.failureSchema, 'failureSchema'],
];
const TITLES = new Map<z.core.$ZodType, string>([
  ...OBJECTS.map(([title, schema]) => [schema, title] as const),
  [protocol.turnKeySchema, 'The key of a turn'],
  [protocol.messageSchema, 'Conversation messages'],
  [protocol.slotEventSchema, 'Events of a turn'],
  [protocol.slotRequestSchema, 'Requests of a turn'],
  [protocol.slotOutcomeSchema, 'Outcomes of a turn'],
]);

/** The reference page of the messages between engine and slot, made from their schemas. */
export function slotProtocolPage(): string {
  const sources = FILES.map((file) => readFileSync(join(ROOT, 'shared', 'slot', `${file}.ts`), 'utf8'));
  const docs = new Map([...docstringsOf(joinedSources(sources)), ...eventDocstrings()]);
  const names = new Map([...namesOf(errors), ...namesOf(events), ...namesOf(protocol)]);
  const fields = (schema: z.ZodObject, name: string, tag = '') => {
    const all = fieldsOf(schema, meaningsIn(docs, new Map([...names, [schema, name]])), TITLES);
    return fieldTable(all.filter(({ path }) => path !== tag));
  };
  /** A section with its meaning and its table. */
  const section = (title: string, name: string, body: string) =>
    [title, docs.get(name), body].filter((part) => part !== undefined).join('\n\n');
  const variants = (union: string, tag: string, options: readonly z.ZodObject[]) =>
    options.flatMap((option) =>
      tagsOf(option, tag).map((value) => {
        // Events that slots report as the journal stores them are described with the events of the journal.
        const own = `${union}:${value}`;
        const isDescribed = [...docs.keys()].some((key) => key === own || key.startsWith(`${own}.`));
        const name = names.get(option) ?? (isDescribed ? own : eventName(docs, value));
        return section(`### ${value}`, name, fields(option, name, tag));
      }),
    );
  return [
    INTRODUCTION,
    section('## The key of a turn', 'turnKeySchema', fields(protocol.turnKeySchema, 'turnKeySchema')),
    '## Engine to slot\n\nThe field `type` is the heading.\n',
    ...variants('toSlotSchema', 'type', protocol.toSlotSchema.options),
    '## Slot to engine\n\nThe field `type` is the heading.\n',
    ...variants('fromSlotSchema', 'type', protocol.fromSlotSchema.options),
    '## Events of a turn\n\nThe field `type` is the heading.\n',
    ...variants('slotEventSchema', 'type', protocol.slotEventSchema.options),
    '## Requests of a turn\n\nThe field `kind` is the heading.\n',
    ...variants('slotRequestSchema', 'kind', protocol.slotRequestSchema.options),
    '## Outcomes of a turn\n\nThe field `status` is the heading.\n',
    ...variants('slotOutcomeSchema', 'status', protocol.slotOutcomeSchema.options),
    ...OBJECTS.map(([title, schema, name]) => section(`## ${title}`, name, fields(schema, name))),
    section(
      '## Conversation messages',
      'messageSchema',
      'As in the chat completions of OpenAI-compatible servers. The field `role` is the heading.\n',
    ),
    ...variants('messageSchema', 'role', protocol.messageSchema.options),
  ].join('\n');
}

/** The values of a variant's tag: one, or several if these messages have the same fields. */
function tagsOf(option: z.ZodObject, tag: string): string[] {
  const schema: unknown = option.shape[tag];
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String);
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  throw new Error(`A message has no literal ${tag}.`);
}

const INTRODUCTION = `# The slot protocol

<!-- Generated from shared/slot. Run \`npm run docs\` after a change. -->

The engine and a slot process exchange lists of JSON messages. The same messages travel over the IPC channel of a Node child
process and over the message port of an Electron utility process. Each side parses what it receives, once.

\`\`\`
engine                         slot
  │ ── provide ───────────────▶ │   the workspace and the keys, once per run
  │ ── turn ──────────────────▶ │   one turn at a time
  │ ◀───────────────── text ─── │   streamed; may be lost
  │ ◀──────────────── event ─── │   numbered from 1 in each turn
  │ ── acknowledge ───────────▶ │   after the event is in the journal
  │ ◀────────────── request ─── │   a permit, a lease, a file to write
  │ ── answer ────────────────▶ │
  │ ◀────────────── outcome ─── │   repeated until it is acknowledged
\`\`\`

- A slot starts with \`ready\`. It then runs one turn at a time.
- Events and outcomes arrive at least once. The engine drops repeats, and it accepts an outcome only from the current attempt.
- After a connection is restored, \`reconcile\` asks what became of turns. The slot repeats what was not acknowledged.
- A slot uses nothing of the engine's memory, disk or environment. \`provide\` contains what depends on the machine of the slot,
  and \`turn\` contains everything else that a turn needs. Only \`provide\` contains a key or a path. A slot on another machine
  gets the workspace and the keys of that machine.
`;
