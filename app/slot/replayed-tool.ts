import { type ToolRequest, toolAnswerSchema } from '../../shared/recording/recording.ts';
import type { Failure } from '../../shared/run/error-kind.ts';
import { recordingKey } from '../base/recording-key.ts';
import type { AgentLoopInput } from './agent-loop-input.ts';
import { callApproved } from './approval.ts';
import type { Call } from './call-signature.ts';
import type { CalledTool, SlotTool } from './toolbox.ts';

interface ReplayedCall {
  call: Call;
  tool: SlotTool;
  args: unknown;
  /** The idempotency key of the call. */
  key: string;
}

/**
 * Answers a tool call from the recording, after the approval that it needs. A tool that writes to the workspace is also
 * called, because a replay must make the same files. The model always receives the recorded answer: that of another
 * call could differ, for example because a file existed before. If one of them failed and the other did not, the files
 * differ too, so the attempt ends.
 */
export async function replayTool(
  given: Pick<AgentLoopInput, 'turn' | 'agent' | 'delegation' | 'port'>,
  { call, tool, args, key }: ReplayedCall,
  make: (args: unknown) => Promise<CalledTool>,
): Promise<CalledTool> {
  const { turn, agent, delegation, port } = given;
  const { name } = call.function;
  const { task } = turn.key;
  const request: ToolRequest = {
    task,
    turn: turn.key.turn,
    delegated: delegation !== undefined,
    agent: agent.name,
    call: call.id,
    tool: name,
    arguments: call.function.arguments,
  };
  const found = await port.ask({
    kind: 'recording.find',
    of: 'tool',
    sha256: recordingKey(request),
    call: `the call of ${name} by ${agent.name} for task "${task}"`,
  });
  if (!found.ok) return endedWith(found.failure ?? { kind: 'recording', message: found.text });
  const recorded = toolAnswerSchema.parse(JSON.parse(found.text));
  const replayed: CalledTool = { ok: recorded.ok, text: recorded.text };
  const made = await callApproved(given, { name, args, key }, tool.isReplayed ? async () => replayed : make);
  if (made.ended) return made;
  if (made.ok !== recorded.ok) return endedWith(differentOutcome(name, task, made, recorded.ok));
  const { images, measured = made.measured } = recorded;
  return {
    ...made,
    text: recorded.text,
    ...(images === undefined ? {} : { images }),
    ...(measured === undefined ? {} : { measured }),
  };
}

function differentOutcome(name: string, task: string, made: CalledTool, wasOk: boolean): Failure {
  const now = made.ok ? 'it answers.' : `it fails: ${made.text.replace(/[.\s]*$/, '.')}`;
  const message = `${name} of task "${task}" ${wasOk ? 'answered' : 'failed'} in the recording, and now ${now} Check the workspace, or record the run again with --record.`;
  return { kind: 'recording', message };
}

function endedWith(failure: Failure): CalledTool {
  return { ok: false, text: failure.message, ended: { status: 'error', failure } };
}
