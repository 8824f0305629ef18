import type { AssistantMessage, Message, SlotEvent, SlotOutcome } from '../../shared/slot/protocol.ts';
import type { TurnPort } from './turn-port.ts';

type What = Extract<SlotEvent, { type: 'check' }>['what'];

export type CheckResult =
  /** `text`: the answer as it counts (a fence around JSON is taken off). */
  | { status: 'met'; text: string; detail?: string }
  /** `detail` says what is wrong; `told` is what its agent is told of it. */
  | { status: 'unmet'; detail: string; told: string }
  /** It could not be checked: the turn ends so. */
  | { status: 'ended'; outcome: SlotOutcome };

/** Something that an agent's answer must meet. */
export interface AnswerCheck {
  /** As what its first verdict is told, later ones as repairs; null: it is not. */
  readonly what: What | null;
  /** How often an answer that does not meet it is sent back. */
  readonly tries: number;
  /** `messages` is the conversation up to the answer. Null: nothing is to be checked any more. */
  check(text: string, messages: readonly Message[]): Promise<CheckResult | null> | CheckResult | null;
  /** What becomes of an answer that does not meet it after all tries; null: it stands. */
  refuse(detail: string): SlotOutcome | null;
}

export type Inspected =
  | { status: 'passed'; text: string }
  | { status: 'sent_back'; told: string }
  | { status: 'ended'; outcome: SlotOutcome };

/** Looks at an agent's answers one after the other: each must meet all checks, in their order. */
export class AnswerChecks {
  readonly #checks: readonly AnswerCheck[];
  readonly #port: TurnPort;
  readonly #sentBack = new Map<AnswerCheck, number>();

  constructor(checks: readonly AnswerCheck[], port: TurnPort) {
    this.#checks = checks;
    this.#port = port;
  }

  async inspect(answer: string, messages: readonly Message[]): Promise<Inspected> {
    let text = answer;
    for (const check of this.#checks) {
      const judged = await check.check(text, messages);
      if (judged === null) continue;
      if (judged.status === 'ended') return judged;
      this.#tell(check, judged);
      if (judged.status === 'met') text = judged.text;
      else {
        const back = this.#sendBack(check, judged);
        if (back) return back;
      }
    }
    return { status: 'passed', text };
  }

  #sendBack(check: AnswerCheck, { detail, told }: Extract<CheckResult, { status: 'unmet' }>): Inspected | null {
    const times = this.#sentBack.get(check) ?? 0;
    if (times < check.tries) {
      this.#sentBack.set(check, times + 1);
      return { status: 'sent_back', told };
    }
    const outcome = check.refuse(detail);
    return outcome && { status: 'ended', outcome };
  }

  #tell(check: AnswerCheck, judged: Exclude<CheckResult, { status: 'ended' }>): void {
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

/** The answers in a conversation, the last included: messages of the agent that call no tool. */
export function finalAnswers(messages: readonly Message[]): AssistantMessage[] {
  return messages.filter((message) => message.role === 'assistant').filter((message) => !message.tool_calls?.length);
}

export function outputFailure(message: string): SlotOutcome {
  return { status: 'error', failure: { kind: 'output', message } };
}
