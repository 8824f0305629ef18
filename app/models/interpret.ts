import type { Failure } from '../../shared/run/error-kind.ts';
import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import type { AssistantMessage, Message } from '../../shared/slot/message.ts';
import type { Answer, Usage } from './answer.ts';
import { endingOf } from './ending.ts';
import { cutOff, declined, emptyAnswer, filteredOut, streamFailed, unknownEnding } from './failure.ts';
import { parsedError } from './server-error.ts';

/** The interpretation of an answer. */
export type Interpreted =
  /** `isCutAtLength`: the answer is truncated because it reached `max_tokens` or the context window. */
  | { status: 'answered'; message: AssistantMessage; usage: Usage; isCutAtLength: boolean }
  /** `usage` and `message` are set if a complete answer was rejected; both are recorded. */
  | { status: 'failed'; failure: Failure; usage?: Usage; message?: AssistantMessage };

/**
 * Decides whether an answer counts. Refusals, filtered answers, answers that end for an unknown reason, and thoughts
 * without an answer do not count. @param sent the messages that the answer is to
 */
export function interpret(answer: Answer, access: ModelAccess, sent: readonly Message[]): Interpreted {
  const { ending } = answer;
  const { message, refusal } = answer.content;
  if (ending === null) return { status: 'failed', failure: cutOff(access.base_url) };
  const usage = answer.usage(sent);
  const text = message.content ?? '';
  const part = message.content || message.thoughts || message.tool_calls ? { message } : {};
  const failed = (failure: Failure): Interpreted => ({ status: 'failed', failure, usage, ...part });
  if (refusal !== '') return failed(declined(access, refusal));
  const kind = endingOf(ending);
  switch (kind) {
    case 'error':
      return failed(streamFailed(access, parsedError('it does not say which')));
    case 'refused':
      return failed(declined(access, text));
    case 'filtered':
      return failed(filteredOut(access, text));
    case 'unknown':
      return failed(unknownEnding(access, ending, text));
    case 'whole':
    case 'length':
      if (text.trim() === '' && !message.tool_calls)
        return failed(emptyAnswer(access, kind === 'length', message.thoughts !== undefined));
      return { status: 'answered', message, usage, isCutAtLength: kind === 'length' };
  }
}
