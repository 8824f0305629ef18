import { unusableSchema } from '../../crew/output-schema.ts';
import { excerpt, type Notes } from '../report.ts';
import { hasNoEquivalent, keptAs, type Rule, type Rules, type Translation, withoutEffect } from '../rule.ts';
import { Code, isOff, isSourceObject, type SourceClasses, type SourceObject, type SourceValue } from '../source.ts';
import { type OwnTools, translateTools } from '../tools.ts';

export interface TaskTranslation extends Translation {
  own: OwnTools;
  classes: SourceClasses;
  /** Name in the crew file of an agent of the project. */
  agents: ReadonlyMap<string, string>;
}

/** CrewAI's own number of corrections. */
const GUARDRAIL_TRIES = 3;
const MARKDOWN = 'Write it in Markdown, with headings and lists where they help.';
const NO_CODE = 'Crewlane runs no code of the project.';

const structured: Rule<TaskTranslation> = ({ target, classes }, value, notes, key) => {
  if (isOff(value) || target['output_schema'] !== undefined) return;
  const schema = schemaOf(value, classes);
  if (schema.ok) {
    target['output_schema'] = schema.schema;
    notes.taken(`${excerpt(value)} → output_schema`);
  } else {
    notes.leftOut(`${key}: ${excerpt(value)}`, { why: schema.why, instead: 'Write its fields as "output_schema".' });
  }
};

/** What becomes of each key of a task of CrewAI, except `context`, which depends on the other tasks. */
export const TASK_KEYS: Rules<TaskTranslation> = {
  name: withoutEffect,
  context: withoutEffect,
  description: keptAs('description', 'string'),
  expected_output: keptAs('expected_output', 'string'),
  agent: ({ target, agents }, value, notes) => {
    if (value === null) return;
    const agent = typeof value === 'string' ? agents.get(value) : undefined;
    if (agent !== undefined) target['agent'] = agent;
    else notes.leftOut(`agent: ${excerpt(value)}`, { why: 'There is no such agent.', instead: 'Select an agent.' });
  },
  async_execution: keptAs('async', 'boolean'),
  markdown: ({ target }, value, notes) => {
    if (value !== true) return;
    target['expected_output'] = withSentence(target['expected_output'], MARKDOWN);
    notes.taken('a sentence at the end of the expected output');
  },
  output_file: ({ target }, value, notes) => {
    if (typeof value !== 'string' || value === '') return;
    // CrewAI writes a path that begins with a slash below the folder of the project.
    const relative = value.replace(/^\/+/, '');
    target['output_file'] = relative;
    if (relative !== value) notes.taken(`${value} → ${relative}, in the workspace`);
  },
  output_json: structured,
  output_pydantic: structured,
  response_model: structured,
  tools: ({ target, own }, value, notes) => {
    // In CrewAI, an empty list means the tools of the agent.
    if (!isOff(value)) target['tools'] = translateTools(value, notes, own);
  },
  human_input: ({ target }, value, notes) => {
    if (value !== true) return;
    target['human_review'] = 'after';
    notes.taken('true → a person reviews the result');
  },
  guardrail: (translation, value, notes) => {
    if (isOff(translation.source['guardrails'] ?? null)) guardrails(translation, [value], notes);
  },
  guardrails: (translation, value, notes) => guardrails(translation, Array.isArray(value) ? value : [value], notes),
  guardrail_max_retries: withoutEffect,
  max_retries: withoutEffect,
  create_directory: withoutEffect,
  security_config: withoutEffect,
  allow_crewai_trigger_context: withoutEffect,
  prompt_context: withoutEffect,
  type: ({ source }, value, notes) => {
    const conditional = typeof value === 'string' && /conditional/i.test(value);
    if (typeof value === 'string' && !conditional) return;
    const what = conditional ? `condition: ${excerpt(source['condition'] ?? null)}` : `type: ${excerpt(value)}`;
    const instead = conditional
      ? 'Add a condition to the task. Without one it always runs.'
      : 'Describe what is special.';
    notes.leftOut(what, { why: NO_CODE, instead });
  },
  condition: (_translation, value, notes) => {
    if (isOff(value)) return;
    notes.leftOut(`condition: ${excerpt(value)}`, {
      why: NO_CODE,
      instead: 'Add a condition. Without one the task always runs.',
    });
  },
  input_files: ({ target }, value, notes) => {
    if (isOff(value)) return;
    const paths = pathsIn(value);
    if (paths === null) {
      const why = 'Only paths can be imported.';
      notes.leftOut(`input_files: ${excerpt(value)}`, { why, instead: 'Add the files to "attachments".' });
    } else {
      target['attachments'] = paths;
      notes.taken(`${excerpt(value)} → attachments, in the workspace`);
    }
  },
  callback: hasNoEquivalent(NO_CODE, 'Read the journal of the run.'),
  callbacks: hasNoEquivalent(NO_CODE, 'Read the journal of the run.'),
  converter_cls: hasNoEquivalent(NO_CODE, 'Describe the form of the result in "output_schema".'),
  tool_failure_policy: hasNoEquivalent(
    'Agents always get the error of a tool as its answer.',
    'Name the case in the task.',
  ),
};

/** Returns the paths in a list, or in an object that names each; null if it contains anything else. */
function pathsIn(value: SourceValue): string[] | null {
  const files = Array.isArray(value) ? value : isSourceObject(value) ? Object.values(value) : [value];
  const paths = files.filter((file) => typeof file === 'string');
  return paths.length === files.length && paths.length > 0 ? paths : null;
}

/** In CrewAI the list takes precedence. A guardrail in words is judged by the model of the task. */
function guardrails({ target, source }: TaskTranslation, values: SourceValue[], notes: Notes): void {
  const tries = [source['guardrail_max_retries'], source['max_retries']].find((each) => typeof each === 'number');
  const rules = values.flatMap((value): SourceObject[] => {
    if (isOff(value)) return [];
    if (typeof value === 'string') return [{ criteria: value, tries: tries ?? GUARDRAIL_TRIES }];
    const instead = 'Describe the rule in words, or use one of the built-in checks.';
    notes.leftOut(`guardrail: ${excerpt(value)}`, { why: NO_CODE, instead });
    return [];
  });
  const [first] = rules;
  if (first === undefined) return;
  delete target['guardrail'];
  delete target['guardrails'];
  if (rules.length === 1) target['guardrail'] = first;
  else target['guardrails'] = rules;
  notes.taken('the model of the task judges the result by these criteria');
}

function schemaOf(
  value: SourceValue,
  classes: SourceClasses,
): { ok: true; schema: SourceValue } | { ok: false; why: string } {
  if (isSourceObject(value) && typeof value['python'] !== 'string') {
    const why = unusableSchema(value);
    return why === null ? { ok: true, schema: value } : { ok: false, why: `It is not a usable JSON Schema: ${why}.` };
  }
  const text = isSourceObject(value) ? value['python'] : value instanceof Code ? value.text : value;
  const name = typeof text === 'string' ? (text.split('.').at(-1) ?? '') : '';
  return classes.get(name) ?? { ok: false, why: 'Crewlane could not read the class.' };
}

function withSentence(text: SourceValue | undefined, sentence: string): string {
  const before = typeof text === 'string' ? text.trimEnd() : '';
  if (before === '') return sentence;
  return `${before}${/[.!?:]$/.test(before) ? '' : '.'} ${sentence}`;
}
