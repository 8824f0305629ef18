import { join } from 'node:path';
import type { Guardrail } from '../../shared/crew/guardrails.ts';
import { mentions } from '../../shared/names.ts';
import { parseJson } from '../../shared/parse-json.ts';
import type { TurnGuardrail, TurnGuardrails, TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { ExpressionThread } from '../base/expressions/expression-thread.ts';
import { type CheckResult, outputFailure } from './answer-check.ts';
import { judge } from './judge.ts';
import { languageComplaint, languageName } from './language.ts';
import { findAnyCorrectedJson } from './repaired-answer.ts';
import type { TurnPort } from './turn-port.ts';

type Rule = Extract<Guardrail, { check: string }>;
type SimpleRule = Exclude<Rule, { check: 'expression' }>;
type Sources = TurnGuardrails['sources'];

/** An answer that one guardrail checks. */
export interface CheckedAnswer {
  turn: TurnSubmission;
  port: TurnPort;
  sources: Sources;
  values: TurnGuardrails['values'];
  answer: string;
  /** The ID of a judge's conversation: the same for the same answer in every attempt of the turn. */
  id: string;
}

/** Checks an answer with one guardrail. */
export function checkGuardrail(guardrail: TurnGuardrail, checked: CheckedAnswer): Promise<CheckResult> | CheckResult {
  const { rule } = guardrail;
  return 'check' in rule ? byRule(rule, checked) : byAgent(rule, guardrail, checked);
}

async function byRule(rule: Rule, checked: CheckedAnswer): Promise<CheckResult> {
  const { sources, answer } = checked;
  if (rule.check === 'expression') return byExpression(rule, checked);
  const json = rule.check === 'json' ? findAnyCorrectedJson(answer) : null;
  if (json) return { status: 'met', text: json.text, ...(json.note === null ? {} : { detail: json.note }) };
  const detail = await complaintAbout(rule, sources, answer);
  if (detail === null) return { status: 'met', text: answer };
  return {
    status: 'unmet',
    detail,
    feedback: `Your answer did not pass its check: ${detail}. Give the complete answer again.`,
  };
}

async function byExpression(
  { cel, message = `the expression ${cel} is not true` }: Extract<Rule, { check: 'expression' }>,
  { answer, values = { inputs: {}, outputs: {} } }: CheckedAnswer,
): Promise<CheckResult> {
  const thread = new ExpressionThread(join(import.meta.dirname, 'expressions.js'));
  const json = parseJson(answer) ?? null;
  const result = await thread.condition({ expression: cel, variables: { text: answer, json, ...values } });
  await thread.close();
  if (!result.ok) {
    const outcome = outputFailure(`The expression of the task's guardrail cannot be evaluated: ${result.message}`);
    return { status: 'ended', outcome };
  }
  if (result.value) return { status: 'met', text: answer };
  const feedback = `Your answer did not pass its check: ${message}. Give the complete answer again.`;
  return { status: 'unmet', detail: message, feedback };
}

async function complaintAbout(rule: SimpleRule, sources: Sources, text: string): Promise<string | null> {
  switch (rule.check) {
    case 'length': {
      const length = [...text.trim()].length;
      if (length < (rule.min ?? 0)) return `it has ${length} characters, and needs at least ${rule.min}`;
      if (length > (rule.max ?? length)) return `it has ${length} characters, and may have at most ${rule.max}`;
      return null;
    }
    case 'regex':
      return new RegExp(rule.pattern, 'u').test(text)
        ? null
        : `it does not match the regular expression ${rule.pattern}`;
    case 'json':
      return 'it is not JSON';
    case 'language':
      return languageComplaint(text, rule.language);
    case 'cites':
      return uncited(sources, text);
    default:
      return rule satisfies never;
  }
}

/**
 * Returns how the answer fails to cite its sources, or null. It must name each task of the context that gave a result,
 * by name or title. Without such a task, it must contain a web address.
 */
function uncited(sources: Sources, text: string): string | null {
  if (sources.length === 0)
    return /https?:\/\/\S/i.test(text) ? null : 'it names no source; give at least one web address';
  const missing = sources.filter(({ name, title }) => ![name, title].some((one) => mentions(text, one)));
  return missing.length === 0
    ? null
    : `it does not name ${missing.map(({ name }) => name).join(', ')}, which it was given`;
}

/**
 * Lets a model decide: that of the named agent, or that of the task's own agent. If it cannot be called or gives no clear
 * verdict, the next attempt calls it again.
 */
async function byAgent(
  { criteria, agent }: Exclude<Guardrail, Rule>,
  { judge: asked }: TurnGuardrail,
  { turn, port, answer, id }: CheckedAnswer,
): Promise<CheckResult> {
  if (!asked) throw new Error(`A guardrail of task ${turn.key.task} has no judge.`);
  const { name } = asked.agent;
  const question = `# Check\n\n${turn.agent.name} did the task below. Does the result meet these criteria?\n\n## Criteria\n\n${criteria}`;
  const verdict = await judge(turn, port, { ...asked, id, judges: 'guardrail', question, answer });
  switch (verdict.status) {
    case 'approved':
      return { status: 'met', text: answer };
    case 'refused': {
      const detail = verdict.remark.trim() || `${name} found that it does not meet the criteria`;
      const checked = agent === undefined ? 'Your answer was checked' : `${name} checked your answer`;
      return { status: 'unmet', detail, feedback: `${checked}: ${detail}\n\nGive the complete answer again.` };
    }
    case 'none': {
      const message = `${name}, which checks the answer, gave no verdict.`;
      return { status: 'ended', outcome: { status: 'error', failure: { kind: 'bad_answer', message } } };
    }
    case 'ended':
      return verdict;
  }
}

/** Returns what a guardrail requires of an answer, in words. */
export function requirementOf({ rule }: TurnGuardrail, sources: Sources): string {
  return 'check' in rule ? criteriaOf(rule, sources) : rule.criteria;
}

function criteriaOf(rule: Rule, sources: Sources): string {
  switch (rule.check) {
    case 'length': {
      const least = rule.min === undefined ? [] : [`at least ${rule.min}`];
      const most = rule.max === undefined ? [] : [`at most ${rule.max}`];
      return `it has ${[...least, ...most].join(' and ') || 'any number of'} characters.`;
    }
    case 'regex':
      return `it matches the regular expression ${rule.pattern}`;
    case 'json':
      return 'it is JSON, and nothing else.';
    case 'language':
      return `it is written in ${languageName(rule.language)}.`;
    case 'expression':
      return rule.message ?? `this expression (CEL) is true: ${rule.cel}`;
    case 'cites':
      return sources.length === 0
        ? 'it gives the web address of at least one source.'
        : `it names each of its sources: ${sources.map(({ name }) => name).join(', ')}.`;
    default:
      return rule satisfies never;
  }
}
