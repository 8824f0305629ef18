import { expect, test } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import { newTasks } from '../../../shared/run/tasks-of-run.ts';
import type { Message } from '../../../shared/slot/message.ts';
import { turnCall } from './turn-call.ts';

const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  tasks: [{ name: 'send', description: '', expected_output: '', call: { tool: 'http_request' } }],
});
const TASK = { call: { tool: 'http_request', arguments: { url: 'https://example.com' } }, choose: 'one' as const };

/** The state of the task after attempts that ended this way, of which some received an answer. */
function stateAfter(...attempts: { result: 'ok' | 'lost'; ok?: boolean }[]): TaskState {
  const state = newTasks(CREW).get('send');
  if (!state) throw new Error('The crew has no task.');
  const tools = (ok: boolean | undefined) => (ok === undefined ? [] : [{ ok }]);
  return { ...state, turns: attempts.map(({ result, ok }) => ({ end: 1, result, tools: tools(ok) })) } as TaskState;
}

const ANSWER: Message[] = [{ role: 'tool', tool_call_id: 'call', content: 'Done.' }];

test('the first attempt makes the call', () => {
  expect(turnCall(TASK, {}, stateAfter(), [])).toEqual({
    tool: 'http_request',
    arguments: TASK.call.arguments,
    sent_back: 0,
  });
});

test('an attempt after one that was lost says so, and takes an answer that was recorded', () => {
  expect(turnCall(TASK, {}, stateAfter({ result: 'lost' }), [])).toMatchObject({ again: true, sent_back: 0 });
  const failed = turnCall(TASK, {}, stateAfter({ result: 'lost', ok: false }), ANSWER);
  expect(failed).toMatchObject({ answered: { ok: false, text: 'Done.' } });
});

test('a call whose answer a person sent back is another call', () => {
  const sent = turnCall(TASK, {}, stateAfter({ result: 'ok', ok: true }), ANSWER);
  expect(sent).toEqual({ tool: 'http_request', arguments: TASK.call.arguments, sent_back: 1 });
  const lost = turnCall(TASK, {}, stateAfter({ result: 'ok', ok: true }, { result: 'lost' }), ANSWER);
  expect(lost).toMatchObject({ again: true, sent_back: 1 });
  expect(lost.answered).toBeUndefined();
});

test('a router that asks a person offers its choices', () => {
  const task = (choices: string[]) => ({
    call: { tool: 'ask_person', arguments: { question: 'Which?' } },
    choices,
    choose: 'one' as const,
  });
  expect(turnCall(task(['a', 'b']), {}, stateAfter(), []).arguments).toEqual({
    question: 'Which?',
    choices: ['a', 'b'],
  });
  const many = Array.from({ length: 12 }, (_, at) => `choice ${at}`);
  expect(turnCall(task(many), {}, stateAfter(), []).arguments).toMatchObject({
    details: `Choices: ${many.join(', ')}`,
  });
});
