/** Why a task waits, in order of precedence: the first that applies is the reason. */
export type WaitReason =
  | 'paused'
  | 'assignment'
  | 'context'
  | 'person'
  | 'cache'
  | 'retry'
  | 'rate_limit'
  | 'lane'
  | 'resource'
  | 'starting'
  | 'slot';

export const WAIT_REASONS: readonly WaitReason[] = [
  'paused',
  'assignment',
  'context',
  'person',
  'cache',
  'retry',
  'rate_limit',
  'lane',
  'resource',
  'starting',
  'slot',
];
