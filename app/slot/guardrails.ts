import type { Message } from '../../shared/slot/message.ts';
import type { TurnGuardrails, TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { type AnswerCheck, type CheckResult, finalAnswers, outputFailure } from './answer-check.ts';
import { checkGuardrail, requirementOf } from './guardrail.ts';
import type { TurnPort } from './turn-port.ts';

/** Returns a task's prompt with the criteria for its answer. */
export function withGuardrails(prompt: string, guardrails: TurnGuardrails | undefined): string {
  if (!guardrails) return prompt;
  const { rules, sources } = guardrails;
  const required = rules.map((rule) => requirementOf(rule, sources));
  const text = required.length === 1 ? ` ${required[0]}` : `\n\n${required.map((one) => `- ${one}`).join('\n')}`;
  return `${prompt}\n\n## Criteria\n\nThe answer is checked:${text}`;
}

/** Checks that an answer meets the guardrails of the task. The guardrails count and report their own tries. */
export function guardrailsCheck(turn: TurnSubmission, port: TurnPort, guardrails: TurnGuardrails): AnswerCheck {
  const state = new Guardrails(turn, port, guardrails);
  return {
    what: null,
    tries: Number.POSITIVE_INFINITY,
    check: (text, messages) => state.check(text, messages),
    refuse: () => null,
  };
}

/** One answer, and how it did. */
interface Try {
  text: string;
  /** The number of guardrails that it is known to meet. */
  met: number;
  unmet: string[];
  /** Whether it is known to meet every guardrail that must be met. */
  isAcceptable: boolean;
}

class Guardrails {
  readonly #turn: TurnSubmission;
  readonly #port: TurnPort;
  readonly #guardrails: TurnGuardrails;
  /** The number of answers that each guardrail sent back. */
  readonly #sentBack: number[];
  readonly #tries: Try[] = [];

  constructor(turn: TurnSubmission, port: TurnPort, guardrails: TurnGuardrails) {
    this.#turn = turn;
    this.#port = port;
    this.#guardrails = guardrails;
    this.#sentBack = guardrails.rules.map(() => 0);
  }

  /**
   * Checks an answer with all guardrails, in order, up to the first that sends it back. A guardrail without tries ends
   * the turn, or lets the answer pass as unmet. A rehearsed answer passes, because no model can correct it.
   */
  async check(answer: string, messages: readonly Message[]): Promise<CheckResult> {
    const current: Try = { text: answer, met: 0, unmet: [], isAcceptable: true };
    for (const at of this.#guardrails.rules.keys()) {
      const judged = await this.#judge(at, current.text, messages);
      if (judged.status === 'ended') return judged;
      this.#report(at, judged);
      if (judged.status === 'met') {
        current.text = judged.text;
        current.met += 1;
        continue;
      }
      const sentBack = this.#sendBack(at, current, judged);
      if (sentBack) return sentBack;
    }
    return this.#accepted(current);
  }

  #judge(at: number, answer: string, messages: readonly Message[]): Promise<CheckResult> | CheckResult {
    const { rules, sources, values } = this.#guardrails;
    const rule = rules[at];
    if (!rule) throw new Error(`There is no guardrail ${at}.`);
    const id = `guardrail-${finalAnswers(messages).length}${at === 0 ? '' : `-${at + 1}`}`;
    return checkGuardrail(rule, { turn: this.#turn, port: this.#port, sources, values, answer, id });
  }

  /** Handles an answer that a guardrail does not accept. @returns null if the answer passes nevertheless */
  #sendBack(at: number, current: Try, judged: Extract<CheckResult, { status: 'unmet' }>): CheckResult | null {
    const { rules } = this.#guardrails;
    const { tries = 0, on_failure = 'fail' } = rules[at]?.rule ?? {};
    const times = this.#sentBack[at] ?? 0;
    if (times < tries) {
      this.#sentBack[at] = times + 1;
      const isAcceptable = rules.slice(at).every(({ rule }) => rule.on_failure === 'keep');
      this.#tries.push({ ...current, unmet: [...current.unmet, judged.detail], isAcceptable });
      return judged;
    }
    if (this.#turn.rehearsal) return null;
    if (on_failure === 'keep') {
      current.unmet.push(judged.detail);
      return null;
    }
    const failure = outputFailure(`The answer does not meet the task's guardrail: ${judged.detail}`);
    return { status: 'ended', outcome: failure };
  }

  /** Returns the answer, or an earlier one that met more guardrails. */
  #accepted(current: Try): CheckResult {
    if (current.unmet.length === 0) return { status: 'met', text: current.text };
    const best = this.#tries
      .filter(({ isAcceptable }) => isAcceptable)
      .reduce((most, other) => (other.met > most.met ? other : most), current);
    return { status: 'met', text: best.text, unmet: best.unmet };
  }

  #report(at: number, { status, ...judged }: Exclude<CheckResult, { status: 'ended' }>): void {
    const { detail } = judged;
    this.#port.event({
      type: 'check',
      what: this.#sentBack[at] === 0 ? 'guardrail' : 'repair',
      passed: status === 'met',
      ...(detail === undefined ? {} : { detail }),
      ...(this.#guardrails.rules.length === 1 ? {} : { guardrail: at + 1 }),
    });
  }
}
