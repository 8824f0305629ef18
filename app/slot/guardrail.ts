import type { Guardrail } from '../../shared/crew/schema.ts';
import { mentions } from '../../shared/names.ts';
import { findAnyJson } from '../../shared/slot/json-answer.ts';
import type { Message, TurnGuardrail, TurnSubmission } from '../../shared/slot/protocol.ts';
import { type AnswerCheck, type CheckResult, finalAnswers, outputFailure } from './answer-check.ts';
import { judge } from './judge.ts';
import { languageComplaint, languageName } from './language.ts';
import { findCorrectedJson } from './repaired-answer.ts';
import type { TurnPort } from './turn-port.ts';

type Rule = Extract<Guardrail, { check: string }>;
type Sources = TurnGuardrail['sources'];

/** Returns a task's prompt with the criteria for its answer. */
export function withGuardrail(prompt: string, guardrail: TurnGuardrail | undefined): string {
  if (!guardrail) return prompt;
  const { rule, sources } = guardrail;
  const criteria = 'check' in rule ? criteriaOf(rule, sources) : rule.criteria;
  return `${prompt}\n\n## Criteria\n\nThe answer is checked: ${criteria}`;
}

/** Checks that the answer meets the task's guardrail. A rehearsed answer that never passes is reported and accepted. */
export function guardrailCheck(turn: TurnSubmission, port: TurnPort, guardrail: TurnGuardrail): AnswerCheck {
  const { rule } = guardrail;
  return {
    what: 'guardrail',
    tries: rule.tries,
    check: (text, messages) =>
      'check' in rule ? byRule(rule, guardrail.sources, text) : byAgent(turn, port, guardrail, text, messages),
    refuse: (detail) =>
      turn.rehearsal ? null : outputFailure(`The answer does not meet the task's guardrail: ${detail}`),
  };
}

async function byRule(rule: Rule, sources: Sources, answer: string): Promise<CheckResult> {
  const json = rule.check === 'json' ? (findAnyJson(answer) ?? findCorrectedJson(answer, () => true)) : null;
  if (json) return { status: 'met', text: json.text, ...(json.note === null ? {} : { detail: json.note }) };
  const detail = await complaintAbout(rule, sources, answer);
  if (detail === null) return { status: 'met', text: answer };
  return {
    status: 'unmet',
    detail,
    feedback: `Your answer did not pass its check: ${detail}. Give the complete answer again.`,
  };
}

async function complaintAbout(rule: Rule, sources: Sources, text: string): Promise<string | null> {
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

/** Lets another agent decide. If that agent cannot be called or gives no clear verdict, the next attempt asks again. */
async function byAgent(
  turn: TurnSubmission,
  port: TurnPort,
  { rule, judge: asked }: TurnGuardrail,
  answer: string,
  messages: readonly Message[],
): Promise<CheckResult> {
  if ('check' in rule || !asked) return { status: 'met', text: answer };
  const { name } = asked.agent;
  const question = `# Check\n\n${turn.agent.name} did the task below. Does the result meet these criteria?\n\n## Criteria\n\n${rule.criteria}`;
  const id = `guardrail-${finalAnswers(messages).length}`;
  const verdict = await judge(turn, port, { ...asked, id, judges: 'guardrail', question, answer });
  switch (verdict.status) {
    case 'approved':
      return { status: 'met', text: answer };
    case 'refused': {
      const detail = verdict.remark.trim() || `${name} found that it does not meet the criteria`;
      return {
        status: 'unmet',
        detail,
        feedback: `${name} checked your answer: ${detail}\n\nGive the complete answer again.`,
      };
    }
    case 'none': {
      const message = `${name}, which checks the answer, gave no verdict.`;
      return { status: 'ended', outcome: { status: 'error', failure: { kind: 'bad_answer', message } } };
    }
    case 'ended':
      return verdict;
  }
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
    case 'cites':
      return sources.length === 0
        ? 'it gives the web address of at least one source.'
        : `it names each of its sources: ${sources.map(({ name }) => name).join(', ')}.`;
    default:
      return rule satisfies never;
  }
}
