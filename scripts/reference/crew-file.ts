import { crewSchema } from '../../shared/crew/schema.ts';
import { type Field, fieldsOf, table } from './fields.ts';

/** Sections of the page: the title, the text before the table, and the prefix of the keys in the table. */
const SECTIONS = [
  ['Settings', '', 'settings.'],
  ['Agents', 'Each element of `agents`:', 'agents[].'],
  ['Tasks', 'Each element of `tasks`:', 'tasks[].'],
  ['Pools', 'Each element of `pools`:', 'pools[].'],
  ['Workload', 'Each value of `workload`, by the name of the entry:', 'workload.NAME.'],
  ['Layout', '', 'layout.'],
] as const;

/** The reference page of the crew file, made from its schema. */
export function crewFilePage(): string {
  const fields = fieldsOf(crewSchema, () => null);
  const outer = fields.filter(({ path }) => !/[.[]/.test(path));
  const sections = SECTIONS.map(([title, lead, prefix]) => {
    const inner = fields.filter(({ path }) => path.startsWith(prefix));
    const shown = prefix.endsWith('].') || prefix.includes('NAME') ? prefix : '';
    return `## ${title}\n\n${lead === '' ? '' : `${lead}\n\n`}${fieldTable(inner, shown)}`;
  });
  return [INTRODUCTION, fieldTable(outer, ''), ...sections, GUARDRAILS].join('\n');
}

function fieldTable(fields: readonly Field[], prefix: string): string {
  const rows = fields.map(({ path, type, isOptional, standard, meaning }) => {
    const fallback = isOptional ? standard || 'none' : 'required';
    return [`\`${path.slice(prefix.length)}\``, meaning, type, fallback];
  });
  return table(['key', 'meaning', 'values', 'default'], rows);
}

const INTRODUCTION = `# The crew file

<!-- Generated from shared/crew/schema.ts. Run \`npm run docs\` after a change. -->

A crew file, \`NAME.crew.json\`, stores one crew as JSON. Crewlane writes it with two spaces of indentation, keys in the order
of this page, and no defaults, so that a diff shows what a person changed.

- An unknown key is an error, except below \`extras\`. A key that appears twice in one object is an error.
- Names are unique among agents, tasks and pools, also when case is ignored.
- A task depends on the tasks in its \`context\`. The dependencies must not form a cycle.
- A crew file never contains a key.

\`crewlane validate FILE\` reports every problem with its line and column. For completion in an editor, use
[crew.schema.json](../../crew.schema.json). What a crew from elsewhere can do without your trust is on the page
[Trust](../decisions/trust.md).

## Example

\`\`\`json
{
  "format": "crewlane/1",
  "name": "two_steps",
  "agents": [{ "name": "writer", "role": "Writer", "goal": "Write well" }],
  "tasks": [
    { "name": "draft", "description": "Draft a note", "expected_output": "A note", "agent": "writer" },
    {
      "name": "polish",
      "description": "Polish the note",
      "expected_output": "A better note",
      "agent": "writer",
      "context": ["draft"]
    }
  ]
}
\`\`\`

## Crew
`;

const GUARDRAILS = `## Guardrails

\`tasks[].guardrails\` is a list of up to 10 of these. They check an answer in order. An answer that does not satisfy one is
sent back to the agent up to \`tries\` times (default: 2), and the next answer is checked from the first guardrail again. Then
the attempt fails, or, with \`"on_failure": "keep"\`, it keeps the answer that satisfied most guardrails. Its task is degraded.
A single guardrail can also be written as \`tasks[].guardrail\`.

| \`check\` | what the answer must satisfy |
| --- | --- |
| \`length\` | It has at least \`min\` and at most \`max\` characters, without blanks at its ends. |
| \`regex\` | The JavaScript regular expression \`pattern\`, with the flag \`u\`, matches a part of it. |
| \`json\` | It is JSON and nothing else, or one fenced block of JSON. |
| \`language\` | It is written in \`language\`, such as \`de\`, \`deu\` or \`de-CH\`. |
| \`cites\` | It names each task of the context that has a result. Without a context it contains a web address. |
| \`expression\` | The CEL expression \`cel\` is true. It can use \`text\`, \`json\` (null if the answer is not JSON), \`inputs\`, and \`outputs\` of the context. The agent reads \`message\` if it is not. |
| none: \`agent\`, \`criteria\` | The named agent judges that it satisfies the criteria. |
| none: \`criteria\` | The model of the task judges that it satisfies the criteria. |
`;
