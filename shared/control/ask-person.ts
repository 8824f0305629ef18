import { z } from 'zod';
import { answeredQuestion, openQuestion } from '../run/questions.ts';
import type { Question } from '../run/task-state.ts';
import type { ApprovalAnswer, SlotAnswer, SlotRequest } from '../slot/slot-request.ts';
import { type TurnKey, turnKeyText } from '../slot/turn-key.ts';
import { TOOLS } from '../tools/catalogue.ts';
import { type ActiveTurn, attemptOf } from './base/active-turn.ts';
import type { CommandResult, PersonAnswer } from './base/command.ts';
import type { EngineToolCall } from './base/engine-tool-call.ts';
import type { InputOf } from './base/input.ts';
import type { ControlState } from './control-state.ts';

type ApprovalRequest = Extract<SlotRequest, { kind: 'tool.approve' }>;
type AnswerCommand = Extract<InputOf<'command'>['command'], { type: 'answerQuestion' }>;

const EFFECT_UNKNOWN =
  'Its effect is unknown. The call was approved in an earlier attempt that was interrupted, so it may have been made. It is not made again.';

/**
 * Asks the person to approve a tool call. A decision about the same call in an earlier attempt applies again, but a call
 * that must be made at most once is not made again.
 */
export function askApproval(control: ControlState, turn: ActiveTurn, id: string, request: ApprovalRequest): void {
  const { key } = turn;
  const { agent, tool, arguments: given, call, once = false } = request;
  const known = earlierAnswer(control, key, call);
  if (known?.answer && known.answer.answer !== 'answered') {
    const wasMade = once && known.answer.answer !== 'refused';
    answerRequest(control, key, id, wasMade ? { ok: false, text: EFFECT_UNKNOWN } : approvalText(known.answer));
    return;
  }
  control.emit({ type: 'review.asked', when: 'tool', ...attemptOf(key), id: call, agent, tool, arguments: given });
  wait(control, key, call, { request: id, isOnce: once });
  if (control.context.reviewer === 'approve_all')
    answerQuestion(control, { type: 'answerQuestion', task: key.task, id: call, answer: { answer: 'approved' } }, null);
}

/** Handles a call of the tool `ask_person`, which waits for the answer of the person. */
export function askPerson(
  control: ControlState,
  { key, id, agent, call = `${turnKeyText(key)} ${id}`, arguments: given }: EngineToolCall,
): void {
  const parsed = TOOLS.ask_person.arguments.safeParse(given);
  if (!parsed.success) {
    answerRequest(control, key, id, { ok: false, text: `ask_person: ${z.prettifyError(parsed.error)}` });
    return;
  }
  const known = earlierAnswer(control, key, call);
  if (known?.answer?.answer === 'answered') {
    answerRequest(control, key, id, { ok: true, text: known.answer.text });
    return;
  }
  control.emit({ type: 'question.asked', ...attemptOf(key), id: call, agent, ...parsed.data });
  wait(control, key, call, { request: id, isOnce: false });
}

/** Applies the answer of a person to a question of a running turn, and replies to its command. */
export function answerQuestion(
  control: ControlState,
  { task, id, answer }: AnswerCommand,
  command: number | null,
): void {
  const state = control.run.tasks.get(task);
  const question = state && !control.isOver ? openQuestion(state, id) : null;
  const refusal = question ? refusalOf(question, answer) : `The task ${task} is not waiting for this answer.`;
  if (refusal === null) {
    record(control, task, id, answer);
    resolve(control, id, answer);
  }
  if (command === null) return;
  const result: CommandResult = refusal === null ? { ok: true } : { ok: false, message: refusal };
  control.effect({ type: 'reply', command, result });
}

/** Returns why an answer does not fit a question; null if it does. */
function refusalOf({ subject }: Question, answer: PersonAnswer): string | null {
  if (subject.kind === 'tool')
    return answer.answer === 'answered' ? 'Approve or refuse the call, or change its arguments.' : null;
  if (answer.answer !== 'answered') return 'Answer the question.';
  const { choices } = subject;
  if (choices !== null && !choices.includes(answer.text)) return `Choose one of ${choices.join(', ')}.`;
  return answer.text.trim() === '' ? 'Write an answer.' : null;
}

function record(control: ControlState, task: string, id: string, answer: PersonAnswer): void {
  if (answer.answer === 'answered') {
    control.emit({ type: 'question.answered', task, id, answer: answer.text });
    return;
  }
  const { remark = '' } = answer;
  control.emit({
    type: 'review.answered',
    task,
    when: 'tool',
    id,
    answer: answer.answer,
    ...(answer.answer === 'edited' ? { arguments: answer.arguments } : {}),
    by: control.context.reviewer === 'approve_all' ? 'approve_all' : 'person',
    ...(remark.trim() === '' ? {} : { remark }),
  });
}

function wait(
  control: ControlState,
  key: TurnKey,
  call: string,
  { request, isOnce }: { request: string; isOnce: boolean },
): void {
  control.questions.open(call, { key, request, isOnce });
  control.deadlines.reduce({ type: 'deadline.paused', id: turnKeyText(key) }, control.now);
}

function resolve(control: ControlState, id: string, answer: PersonAnswer): void {
  const waiting = control.questions.take(id);
  if (!waiting) return;
  const { key, request, isOnce } = waiting;
  control.deadlines.reduce({ type: 'deadline.resumed', id: turnKeyText(key) }, control.now);
  const text = answer.answer === 'answered' ? { ok: true, text: answer.text } : approvalText(answer);
  control.effect({ type: 'answerRequest', key, id: request, answer: text, ...(isOnce ? { afterFlush: true } : {}) });
}

function earlierAnswer(control: ControlState, { task }: TurnKey, call: string): Question | null {
  const state = control.run.tasks.get(task);
  return state ? answeredQuestion(state, call) : null;
}

function approvalText(
  answer: ApprovalAnswer | Exclude<NonNullable<Question['answer']>, { answer: 'answered' }>,
): SlotAnswer {
  const { remark, ...decision } = answer;
  const approval = { ...decision, ...(remark ? { remark } : {}) } satisfies ApprovalAnswer;
  return { ok: true, text: JSON.stringify(approval) };
}

function answerRequest(control: ControlState, key: TurnKey, id: string, answer: SlotAnswer): void {
  control.effect({ type: 'answerRequest', key, id, answer });
}
