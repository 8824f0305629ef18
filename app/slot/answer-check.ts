import type { AssistantMessage, Message } from '../../shared/slot/message.ts';
import type { SlotEvent } from '../../shared/slot/slot-event.ts';
import type { SlotOutcome } from '../../shared/slot/slot-outcome.ts';
import type { TurnPort } from './turn-port.ts';

type CheckKind = Extract<SlotEvent, { type: 'check' }>['what'];

export type CheckResult =
  /**
   * `text`: the accepted answer, without a fence around JSON. `unmet`: why it does not meet guardrails, although it is
   * accepted.
   */
  | { status: 'met'; text: string; detail?: string; unmet?: string[] }
  /** `detail` describes the problem; `feedback` is the message that the agent receives. */
  | { status: 'unmet'; detail: string; feedback: string }
  /** The answer could not be checked, so the turn ends with this outcome. */
  | { status: 'ended'; outcome: SlotOutcome };

/** A condition that an agent's answer must meet. */
export interface AnswerCheck {
  /** How the first verdict is reported; later verdicts are reported as repairs. Null: not reported. */
  readonly what: CheckKind | null;
  /** How often an answer that fails the check is sent back. */
  readonly tries: number;
  /** Checks an answer. `messages` is the conversation up to the answer. Null: no further check is needed. */
  check(text: string, messages: readonly Message[]): Promise<CheckResult | null> | CheckResult | null;
  /** The outcome for an answer that still fails after all tries. Null: the answer is accepted. */
  refuse(detail: string): SlotOutcome | null;
}

export type Inspection =
  | { status: 'passed'; text: string; unmet: readonly string[] }
  | { status: 'sent_back'; feedback: string }
  | { status: 'ended'; outcome: SlotOutcome };

/** Checks the answers of an agent one after the other. Each must pass all checks, in order. */
export class AnswerChecks {
  readonly #checks: readonly AnswerCheck[];
  readonly #port: TurnPort;
  readonly #canCorrect: boolean;
  readonly #sentBack = new Map<AnswerCheck, number>();

  /** @param canCorrect whether someone can give another answer; otherwise none is sent back */
  constructor(checks: readonly AnswerCheck[], port: TurnPort, { canCorrect = true } = {}) {
    this.#canCorrect = canCorrect;
    this.#checks = checks;
    this.#port = port;
  }

  async inspect(answer: string, messages: readonly Message[]): Promise<Inspection> {
    let text = answer;
    let unmet: readonly string[] = [];
    for (const check of this.#checks) {
      const judged = await check.check(text, messages);
      if (judged === null) continue;
      if (judged.status === 'ended') return judged;
      this.#report(check, judged);
      if (judged.status === 'met') {
        text = judged.text;
        unmet = judged.unmet ?? unmet;
      } else {
        const back = this.#sendBack(check, judged);
        if (back) return back;
      }
    }
    return { status: 'passed', text, unmet };
  }

  #sendBack(check: AnswerCheck, { detail, feedback }: Extract<CheckResult, { status: 'unmet' }>): Inspection | null {
    const times = this.#sentBack.get(check) ?? 0;
    if (this.#canCorrect && times < check.tries) {
      this.#sentBack.set(check, times + 1);
      return { status: 'sent_back', feedback };
    }
    const outcome = check.refuse(detail);
    return outcome && { status: 'ended', outcome };
  }

  #report(check: AnswerCheck, judged: Exclude<CheckResult, { status: 'ended' }>): void {
    if (check.what === null) return;
    const { detail } = judged;
    this.#port.event({
      type: 'check',
      what: this.#sentBack.has(check) ? 'repair' : check.what,
      passed: judged.status === 'met',
      ...(detail === undefined ? {} : { detail }),
    });
  }
}

/** Returns the answers in a conversation, including the last: messages of the agent that call no tool. */
export function finalAnswers(messages: readonly Message[]): AssistantMessage[] {
  return messages.filter((message) => message.role === 'assistant').filter((message) => !message.tool_calls?.length);
}

export function outputFailure(message: string): SlotOutcome {
  return { status: 'error', failure: { kind: 'output', message } };
}
