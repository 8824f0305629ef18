import type { SlotOutcome } from '../../shared/slot/slot-outcome.ts';
import type { TurnCall, TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { sha256OfParts } from '../base/hash.ts';
import { hideFolder } from '../base/hide-folder.ts';
import { messageOf } from '../base/system-error.ts';
import { type AnswerCheck, AnswerChecks, outputFailure } from './answer-check.ts';
import { callApproved } from './approval.ts';
import { replayTool } from './replayed-tool.ts';
import { reportCall } from './tool-call.ts';
import { type CalledTool, toolbox } from './toolbox.ts';
import type { TurnPort } from './turn-port.ts';

/**
 * Runs a turn without a model: one tool call, whose answer is the result. Nobody can correct an answer that fails a
 * check, so it fails the task.
 */
export async function runCall(
  turn: TurnSubmission,
  call: TurnCall,
  checks: readonly AnswerCheck[],
  port: TurnPort,
): Promise<SlotOutcome> {
  const { missing = [] } = call;
  if (missing.length > 0)
    return failed(
      `The arguments of ${call.tool} use ${missing.map(inBraces).join(', ')}, which ${missing.length === 1 ? 'has' : 'have'} no value.`,
    );
  const answer = call.answered ?? (await makeCall(turn, call, port));
  if ('status' in answer) return answer;
  if (!answer.ok) return failed(`${call.tool}: ${answer.text}`);
  const inspected = await new AnswerChecks(checks, port, { canCorrect: false }).inspect(answer.text, []);
  switch (inspected.status) {
    case 'ended':
      return inspected.outcome;
    case 'sent_back':
      return outputFailure(inspected.feedback);
    case 'passed':
      return {
        status: 'value',
        text: inspected.text,
        ...(inspected.unmet.length === 0 ? {} : { unmet: [...inspected.unmet] }),
      };
  }
}

async function makeCall(turn: TurnSubmission, call: TurnCall, port: TurnPort): Promise<CalledTool | SlotOutcome> {
  const { agent, key } = turn;
  const box = await toolbox(turn, agent, port);
  if (!box.ok) return { status: 'error', failure: box.failure };
  const [tool] = box.tools;
  if (!tool) return failed(`There is no tool "${call.tool}".`);
  const { name } = tool.description;
  const id = sha256OfParts([key.run, key.task, call.sent_back]);
  const start = performance.now();
  const made = { id: 'call', type: 'function' as const, function: { name, arguments: JSON.stringify(call.arguments) } };
  const given = { turn, agent, port };
  const make = (args: unknown) => tool.call(args, id, call.again === true);
  const called =
    turn.recording === 'replay'
      ? replayTool(given, { call: made, tool, args: call.arguments, key: id }, make)
      : callApproved(given, { name, args: call.arguments, key: id }, make);
  const result = await called.catch((error: unknown): CalledTool => {
    port.signal.throwIfAborted();
    return { ok: false, text: hideFolder(messageOf(error), port.provided.workspace) };
  });
  if (result.ended) return result.ended;
  reportCall({ port, agent }, made, result, Math.round(performance.now() - start));
  return result;
}

function failed(message: string): SlotOutcome {
  return { status: 'error', failure: { kind: 'tool', message } };
}

function inBraces(name: string): string {
  return `{${name}}`;
}
