import {
  countOf,
  formatCost,
  formatDate,
  formatDollars,
  formatDuration,
  formatNumber,
  listOf,
  type Moment,
} from '../../shared/figures/format.ts';
import { statusText } from '../../shared/figures/labels.ts';
import type { TaskFigures } from '../../shared/figures/task-figures.ts';
import { tokensOf } from '../../shared/figures/usage.ts';
import { CHECK_WORDS, checkText } from '../../shared/run/check-text.ts';
import { CUT_AT_LENGTH_ADVICE } from '../../shared/run/cut-at-length.ts';
import { lastAnswerText } from '../../shared/run/last-answer.ts';
import { notChosenText } from '../../shared/run/not-chosen.ts';
import type { TurnState } from '../../shared/run/turn-state.ts';
import { answerMarkdown } from './answer-markdown.ts';
import { fileName } from './file-name.ts';
import { waitText } from './labels.ts';
import { blocks, bullets, code, inline } from './markdown.ts';

/**
 * Returns the name of the file `<task>_result.md`, shortened if file systems would refuse it. Items, rounds and tasks of
 * crew files follow the name of their task: `chapter.2.draft_result.md`, `write.r2_result.md`.
 */
export function resultFileName(task: string): string {
  return fileName(task.replaceAll(/[#/]/g, '.').replaceAll(/(?!^)@(\d+)/g, '.r$1'), '_result.md');
}

/** Returns the report of one task: its result, or why there is none, and its figures. */
export function resultFile(
  task: TaskFigures,
  turns: readonly TurnState[],
  text: string | undefined,
  moment: Moment,
  rehearsal: boolean,
): string {
  return `${blocks(
    `# ${inline(task.title)} Result${rehearsal ? ' (rehearsal)' : ''}`,
    headOf(task, moment),
    '---',
    bodyOf(task, text),
    '---',
    '**Performance Metrics:**',
    bullets(metricsOf(task)),
    attemptsOf(turns),
  )}\n`;
}

function headOf(task: TaskFigures, moment: Moment): string {
  return [
    `**Processing Agent:** ${task.agent === null ? 'none was assigned' : code(task.agent)}`,
    `**Execution Date:** ${formatDate(moment)}`,
    `**Execution Type:** ${task.async ? 'Concurrent' : 'Sequential'}`,
    `**Status:** ${statusText(task)}`,
  ].join('  \n');
}

function bodyOf(task: TaskFigures, text: string | undefined): string {
  switch (task.status) {
    case 'completed':
      return text === undefined || text.trim() === '' ? '*The result is empty.*' : answerMarkdown(text);
    case 'failed':
      return `This task failed (${code(task.error?.kind ?? 'unknown')}): ${inline(task.error?.message ?? 'no reason was given')}`;
    case 'skipped':
      return `This task was skipped, because ${listOf(task.skippedBecause.map(code))} did not complete.`;
    case 'not_chosen':
      return `This task was not chosen: ${notChosenText(task.notChosenBecause ?? 'context')}.`;
    case 'cancelled':
      return 'This task was cancelled before it had a result.';
    case 'pending':
      return pendingText(task);
  }
}

function pendingText({ inReview }: TaskFigures): string {
  switch (inReview) {
    case 'before':
      return 'This task has not started: it waits for the approval of a person.';
    case 'after':
      return "This task has a result that waits for a person's review. It is not a result of the run yet.";
    case null:
      return 'This task has not ended: the run was interrupted and can be resumed.';
  }
}

function metricsOf(task: TaskFigures): string[] {
  return [
    ...(task.from === null ? [] : [fromText(task, task.from)]),
    ...(task.stale === null ? [] : [`Stale when it was reused: it ${inline(task.stale)}`]),
    ...(task.unmet.length > 0 ? [`Kept although guardrails failed: ${task.unmet.map(inline).join('; ')}`] : []),
    `Waited: ${task.waits.length === 0 ? 'not at all' : task.waits.map(waitText).join('; ')}`,
    `Ran: ${formatDuration(task.runningMs)}${ranWhere(task)}`,
    ...(task.failedBusyMs > 0 ? [`Of this in turns that failed: ${formatDuration(task.failedBusyMs)}`] : []),
    ...(task.leaseMs > 0 ? [`Of this waiting for a unit of a pool: ${formatDuration(task.leaseMs)}`] : []),
    ...(task.permitMs > 0 ? [`Of this waiting for permits of the rate limiter: ${formatDuration(task.permitMs)}`] : []),
    `Attempts: ${formatNumber(task.attempts)}`,
    ...(task.standings.length > 0 ? [`Votes: ${votesText(task.standings)}`] : []),
    ...(task.cutAtLength ? [`Truncated: ${CUT_AT_LENGTH_ADVICE}`] : []),
    ...(task.lastAnswer === null ? [] : [`Last answer: ${lastAnswerText(task.lastAnswer)}`]),
    ...(task.fallback === null ? [] : [`Answered by a fallback: ${inline(task.fallback)}`]),
    ...(task.callNotes.length > 0 ? [`Notes on model calls: ${task.callNotes.map(inline).join('; ')}`] : []),
    ...(task.checks.length > 0 ? [`Checks: ${task.checks.map(checkLine).join('; ')}`] : []),
    ...(task.reviews.length > 0 ? [`Reviews: ${task.reviews.map(reviewText).join('; ')}`] : []),
    `Model calls: ${callsText(task)}`,
    `Cost: ${formatCost(task.usage)}`,
    `Tools: ${toolsText(task)}`,
    ...(task.handedOn.length > 0
      ? [`Time of other agents inside its turns: ${task.handedOn.map(handedOnText).join(', ')}`]
      : []),
    ...(task.milestones.length > 0 ? [`Milestones: ${task.milestones.map(milestoneText).join(', ')}`] : []),
    `Context received: ${contextText(task)}`,
    `Resources held: ${task.resources.length === 0 ? 'none' : listOf(task.resources.map(code))}`,
  ];
}

/** Describes a reused result, with its time and cost in the earlier run. */
function fromText({ cached, took }: TaskFigures, run: string): string {
  const where = cached
    ? `Taken from the cache: made by run ${code(run)}`
    : `Not run again: reused from run ${code(run)}`;
  if (took === null) return where;
  return `${where}, where it was busy for ${formatDuration(took.busy_ms)} and cost ${formatDollars(took.cost_usd)}`;
}

/** Lists every turn with its end and the following retry, unless all turns succeeded. */
function attemptsOf(turns: readonly TurnState[]): string {
  if (turns.every(({ result }) => result === 'ok' || result === null)) return '';
  return blocks('**Attempts:**', bullets(turns.map(attemptText)));
}

function attemptText({ attempt, turn, slot, start, end, result, error, retryAt, rateLimited }: TurnState): string {
  const which = `${attempt}${turn === null ? '' : `, ${code(turn)}`} in slot ${slot}, from ${formatDuration(start)}`;
  if (result === null || end === null) return `${which}: it had not ended`;
  const why = error === null ? '' : ` (${code(error.kind)}: ${inline(error.message)})`;
  const limit = rateLimited ? "; the provider's limit, which uses up no retry" : '';
  const next = retryAt === null ? '' : `; the next one not before ${formatDuration(retryAt)}`;
  return `${which} to ${formatDuration(end)}: ${result === 'ok' ? 'answered' : result}${why}${limit}${next}`;
}

function ranWhere({ from, startedMs, endedMs, slot }: TaskFigures): string {
  if (startedMs === null) return from === null ? '; it never started' : '; it was not run';
  const until = endedMs === null ? '' : ` to ${formatDuration(endedMs)}`;
  return ` (from ${formatDuration(startedMs)}${until} of the run, last in slot ${slot})`;
}

/** Lists the votes by proposal: `2 for bo (ada and cy), 1 for ada (bo)`. */
function votesText(standings: TaskFigures['standings']): string {
  return standings
    .map(({ agent, voters }) => {
      const from = voters.length === 0 ? '' : ` (${listOf(voters.map(code))})`;
      return `${voters.length} for ${code(agent)}${from}`;
    })
    .join(', ');
}

function checkLine(check: TaskFigures['checks'][number]): string {
  const { detail } = check;
  return `${checkText(check)}${detail === null ? '' : ` (${inline(detail)})`}`;
}

function handedOnText({ to, judges, ms }: TaskFigures['handedOn'][number]): string {
  return `${formatDuration(ms)} of ${code(to)}${judges === null ? '' : ` (${CHECK_WORDS[judges]})`}`;
}

function callsText({ usage }: TaskFigures): string {
  if (usage.calls === 0) return 'none';
  const failed = usage.failedCalls > 0 ? `, ${formatNumber(usage.failedCalls)} of them failed` : '';
  const estimated = usage.tokensEstimated ? ', in part estimated' : '';
  const parts = `${formatNumber(usage.promptTokens)} prompt + ${formatNumber(usage.completionTokens)} completion`;
  return `${formatNumber(usage.calls)}${failed}; ${formatNumber(tokensOf(usage))} tokens (${parts}${estimated})`;
}

function toolsText({ tools }: TaskFigures): string {
  if (tools.length === 0) return 'none called';
  return tools
    .map(({ name, calls, failed, rehearsed }) => {
      const notes = [
        ...(failed > 0 ? [`${formatNumber(failed)} failed`] : []),
        ...(rehearsed > 0 ? [`${formatNumber(rehearsed)} not called, answered by the rehearsal`] : []),
      ];
      return `${code(name)} × ${formatNumber(calls)}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
    })
    .join(', ');
}

function reviewText({ answer, by, when, remark }: TaskFigures['reviews'][number]): string {
  if (by === 'approve_all') return 'approved in advance without a review';
  const said = remark === null ? '' : ` with the remark “${inline(remark)}”`;
  switch (answer) {
    case 'edited':
      return when === 'before' ? 'written by a person, in place of its agent' : 'edited by a person';
    case 'sent_back':
      return `sent back by a person${said}`;
    case 'approved':
    case null:
      return `approved by a person${when === 'before' ? ' before it was done' : ''}${said}`;
  }
}

function milestoneText({ name, t }: { name: string; t: number }): string {
  return `${inline(name)} at ${formatDuration(t)}`;
}

function contextText({ from, context, missing, shortened, startedMs }: TaskFigures): string {
  if (context.length === 0) return 'none declared';
  if (from !== null) return 'none in this run';
  if (startedMs === null) return `none of ${countOf(context.length, 'task')}, because the task never started`;
  return context
    .map((name) => {
      if (missing.includes(name)) return `${code(name)} (missing)`;
      return shortened.includes(name) ? `${code(name)} (shortened)` : code(name);
    })
    .join(', ');
}
