import type { ControlContext } from '../../shared/control/context.ts';
import { sha256 } from '../base/hash.ts';
import { type LimitedRow, sharedResources } from './batch/share.ts';
import type { Secrets } from './journal/secrets.ts';
import { endpointOf } from './limits/endpoint.ts';
import type { TurnPlanner } from './prompts/turn-planner.ts';
import type { RunEnvironment } from './request.ts';

/** Returns what the controller of a run needs from its process. `row`: the run as a row of its batch, if it is one. */
export function controlContext(
  environment: RunEnvironment,
  planner: TurnPlanner,
  secrets: Secrets,
  row: LimitedRow,
): ControlContext {
  const { crew, reviewer = 'nobody', attended = false, share, recording } = environment;
  // A replay calls no model, so nothing is limited.
  const callsModels = recording?.mode !== 'replay';
  const agents = new Set(crew.agents.map(({ name }) => name));
  return {
    crew,
    reviewer,
    attended,
    endpointOf: (agent, fallback) =>
      callsModels && agents.has(agent) ? endpointOf(environment.access(agent, fallback)) : null,
    canFallBack: (agent) => (environment.fallbacks?.(agent) ?? 0) > 0,
    planTurn: (view, turn) => planner.plan(view, turn),
    redact: (value) => secrets.redactAll(value),
    blobName: sha256,
    utf8Bytes: (text) => Buffer.byteLength(text),
    batch: share ? sharedResources(share, row) : null,
  };
}
