import type { Random } from '../../../shared/random.ts';
import { readAssignmentPrompt } from './assign.ts';
import { checksOf } from './checks.ts';
import { withChoiceLine, withChoiceProperty } from './choice.ts';
import type { Conversation } from './conversation.ts';
import { meetCriteria } from './criteria.ts';
import { instanceOf } from './instance.ts';
import { MARK } from './mark.ts';
import { topicOf } from './plan.ts';
import { figuresIn, type Table, tablesIn } from './tables.ts';
import { afterRemarks, readVerdict } from './verdict.ts';
import { readVote } from './vote.ts';

const SHOWN_ROWS = 6;

/** Returns the final answer of the agent: JSON if requested, otherwise Markdown with the figures from its tools. */
export function finalAnswer(conversation: Conversation, random: Random): string {
  const { prompt, task } = conversation;
  const assignment = readAssignmentPrompt(prompt);
  if (assignment) return JSON.stringify(assignment);
  const vote = readVote(conversation, random);
  if (vote !== null) return JSON.stringify({ vote });
  const verdict = readVerdict(conversation);
  if (verdict !== null) return verdict;
  const schema = /^## JSON Schema\s[\s\S]*?```json\n([\s\S]*?)\n```/m.exec(prompt)?.[1];
  if (schema !== undefined) return JSON.stringify(withChoiceProperty(instanceOf(JSON.parse(schema)), prompt), null, 2);
  if (task === null) return shortAnswer(conversation);
  return withChoiceLine(meetCriteria(report(conversation, random), prompt), prompt);
}

function shortAnswer({ prompt }: Conversation): string {
  const about = prompt.split('\n').findLast((line) => line.trim() !== '') ?? 'that';
  return `${MARK}\n\nOn "${about.slice(0, 120)}": start with the longest chain, measure it once more, and change one thing at a time.`;
}

function report(conversation: Conversation, random: Random): string {
  const title = topicOf(conversation).replace(/^./, (first) => first.toUpperCase());
  const sections = [
    MARK,
    `## ${title}`,
    opening(conversation, random),
    ...figureSection(conversation),
    ...tablesIn(conversation.done)
      .filter(({ rows }) => rows.length > 1)
      .slice(0, 2)
      .map(tableSection),
    ...checkSection(conversation),
    ...workSection(conversation),
    ...afterRemarks(conversation),
    `### Recommendation\n\n${recommendation(conversation, random)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function opening({ context, agent }: Conversation, random: Random): string {
  const start = random.pick(['This is what came out', 'In short', 'The result at a glance']);
  const built =
    context.length === 0 ? 'It stands on its own.' : `It builds on ${context.map((task) => `\`${task}\``).join(', ')}.`;
  return `${start}, by \`${agent}\`. ${built}`;
}

function figureSection({ done }: Conversation): string[] {
  const figures = figuresIn(done);
  return figures.length === 0
    ? []
    : [`### Figures\n\n${figures.map(({ name, value }) => `- ${name}: **${value}**`).join('\n')}`];
}

function tableSection({ source, columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = [line(columns), line(columns.map(() => '---')), ...rows.slice(0, SHOWN_ROWS).map(line)];
  return `### ${source} by ${columns[0] ?? 'group'}\n\n${lines.join('\n')}`;
}

function checkSection(conversation: Conversation): string[] {
  const checks = checksOf(conversation);
  if (checks.length === 0) return [];
  const passed = checks.filter((check) => check.passed).length;
  const failed = checks.filter((check) => !check.passed).map(({ name, found }) => `- ${name}: found ${found}`);
  return [`### Checks\n\n${passed} of ${checks.length} passed.${failed.length > 0 ? `\n\n${failed.join('\n')}` : ''}`];
}

function workSection({ done }: Conversation): string[] {
  const written = done.filter(({ name, answer }) => name === 'file_writer' && answer.startsWith('Written'));
  const failed = done.filter(({ answer }) => /^(The query failed|The web cannot be reached)/.test(answer));
  const asked = done.filter(({ name }) => name === 'ask_coworker');
  const delegated = done.filter(({ name }) => name === 'delegate_work');
  const lines = [
    ...(written.length > 0
      ? [`- Files written: ${written.length}, the first \`${String(written[0]?.args['path'])}\``]
      : []),
    ...(failed.length > 0 ? [`- Calls that gave nothing: ${failed.length}`] : []),
    ...(asked.length > 0 ? [`- Co-workers asked: ${asked.length}`] : []),
    ...(delegated.length > 0 ? [`- Pieces of work handed to co-workers: ${delegated.length}`] : []),
  ];
  return lines.length === 0 ? [] : [`### Work done\n\n${lines.join('\n')}`];
}

function recommendation({ done, context }: Conversation, random: Random): string {
  const figure = figuresIn(done).find(({ name, value }) => !name.startsWith('records') && Number(value) > 0);
  const advice = random.pick(['Correct it at the source', 'Look into it first', 'Agree on who owns it']);
  if (figure)
    return `${figure.name[0]?.toUpperCase()}${figure.name.slice(1)}: ${figure.value}. ${advice}, then measure again.`;
  return context.length > 0
    ? `Act on the ${context.length} results above in the order of their effect.`
    : 'Publish, measure what readers do, and keep what works.';
}
