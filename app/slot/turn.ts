import type { SlotOutcome } from '../../shared/slot/slot-outcome.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { hideFolder } from '../base/hide-folder.ts';
import { messageOf } from '../base/system-error.ts';
import { runAgentLoop } from './agent-loop.ts';
import type { AnswerCheck } from './answer-check.ts';
import { assignmentCheck } from './assignment-check.ts';
import { withAttachments } from './attachments.ts';
import { runCall } from './call-turn.ts';
import { routerCheck, withChoices } from './choice-check.ts';
import { delegationTools } from './delegation.ts';
import { guardrailsCheck, withGuardrails } from './guardrails.ts';
import { withKnowledge } from './knowledge.ts';
import { managerReview } from './manager-review.ts';
import { schemaCheck, schemaProblem, withSchema } from './output-schema.ts';
import { toolbox } from './toolbox.ts';
import { TurnLimits } from './turn-limits.ts';
import type { SlotPort, TurnPort } from './turn-port.ts';
import { choiceCheck } from './vote-check.ts';

/**
 * Runs one turn to its outcome. A bug in this code gives an outcome too: the slot survives, and the attempt reports the
 * error.
 */
export async function runTurn(turn: TurnSubmission, port: SlotPort): Promise<SlotOutcome> {
  try {
    return await carry(turn, { ...port, limits: new TurnLimits(turn) });
  } catch (error) {
    if (port.signal.aborted) return { status: 'cancelled' };
    const message = hideFolder(messageOf(error), port.provided.workspace);
    return { status: 'error', failure: { kind: 'crash', message: `The slot failed: ${message}` } };
  }
}

async function carry(submitted: TurnSubmission, port: TurnPort): Promise<SlotOutcome> {
  const attached = await withAttachments(await withKnowledge(submitted, port), port);
  if (!attached.ok) return { status: 'error', failure: attached.failure };
  const { turn, images } = attached;
  const { agent, transcript, output_schema: schema } = turn;
  const unusable = schemaProblem(schema);
  if (unusable) return { status: 'error', failure: unusable };
  if (turn.call !== undefined) return runCall(turn, turn.call, checksOf(turn, port), port);
  const box = await toolbox(turn, agent, port);
  if (!box.ok) return { status: 'error', failure: box.failure };
  const delegation = delegationTools(turn, port);
  return runAgentLoop({
    turn,
    port,
    agent,
    prompt: withChoices(withGuardrails(withSchema(turn.prompt, schema), turn.guardrails), turn),
    images,
    transcript,
    tools: [...box.tools, ...delegation],
    checks: checksOf(turn, port),
  });
}

/** Returns the checks in order of cost: no judge is called about an answer that does not meet its schema. */
function checksOf(turn: TurnSubmission, port: TurnPort): AnswerCheck[] {
  const { output_schema: schema, assignment, choices, guardrails, manager, router } = turn;
  return [
    ...(schema === undefined ? [] : [schemaCheck(schema)]),
    ...(router === undefined ? [] : [routerCheck(router, schema !== undefined)]),
    ...(guardrails === undefined ? [] : [guardrailsCheck(turn, port, guardrails)]),
    ...(manager === undefined ? [] : [managerReview(turn, port, manager)]),
    ...(assignment === undefined ? [] : [assignmentCheck(assignment)]),
    ...(choices === undefined ? [] : [choiceCheck(choices, turn.choice_roles)]),
  ];
}
