import { z } from 'zod';
import { approvalAnswerSchema } from '../../shared/slot/slot-request.ts';
import { needsApproval } from '../../shared/tools/approval.ts';
import { isToolName, TOOLS } from '../../shared/tools/catalogue.ts';
import type { AgentLoopInput } from './agent-loop-input.ts';
import type { CalledTool } from './toolbox.ts';

interface ApprovedCall {
  name: string;
  args: unknown;
  /** The idempotency key of the call. */
  key: string;
}

/**
 * Makes a tool call after a person has approved it, if it needs approval. The person may change the arguments or refuse
 * the call. The note of the result says so.
 */
export async function callApproved(
  { agent, port, turn }: Pick<AgentLoopInput, 'agent' | 'port' | 'turn'>,
  { name, args, key }: ApprovedCall,
  make: (args: unknown) => Promise<CalledTool>,
): Promise<CalledTool> {
  const isOnce = isToolName(name) && TOOLS[name].asksAlways;
  // A rehearsal does not call the tools that always ask.
  const isAsked = needsApproval(agent.approve_tools ?? false, name) || (isOnce && !turn.rehearsal);
  if (!isAsked) return make(args);
  const start = performance.now();
  const answer = await port.ask({
    kind: 'tool.approve',
    agent: agent.name,
    tool: name,
    arguments: z.json().parse(args),
    call: key,
    ...(isOnce ? { once: true as const } : {}),
  });
  const waitedMs = Math.round(performance.now() - start);
  if (!answer.ok) return { ok: false, text: answer.text, waitedMs };
  const decision = approvalAnswerSchema.parse(JSON.parse(answer.text));
  const { answer: approved, remark } = decision;
  const said = remark === undefined ? '' : ` Remark: ${remark}`;
  if (approved === 'refused') {
    const text = `Not called: a person refused this call.${said} Do not make it again without a change.`;
    return { ok: false, text, approved, waitedMs };
  }
  const result = await make(approved === 'edited' ? decision.arguments : args);
  const changed =
    approved === 'edited' ? `A person changed the arguments to ${JSON.stringify(decision.arguments)}.` : '';
  const note = `${changed}${said}`.trim();
  const noted = note === '' ? {} : { note };
  return { ...result, ...noted, approved, waitedMs: waitedMs + (result.waitedMs ?? 0) };
}
