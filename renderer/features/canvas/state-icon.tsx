import { Icon, type IconName } from '../../base/icons.tsx';
import type { TaskDisplayState } from '../../state/task-display-state.ts';

/** States differ by more than their color. A task that has not started has no icon. */
const STATE_ICON: Readonly<Record<TaskDisplayState, IconName | null>> = {
  idle: null,
  waiting: 'waiting',
  running: 'run',
  retrying: 'reset',
  'in review': 'person',
  completed: 'done',
  degraded: 'warning',
  cached: 'done',
  failed: 'close',
  skipped: 'skipped',
  'not chosen': 'skipped',
  cancelled: 'stop',
};

/** The icon of a state, in its color. The word next to it names the state. */
export function StateIcon({ of }: { of: TaskDisplayState }) {
  const name = STATE_ICON[of];
  return name === null ? null : (
    <span className="state-icon" aria-hidden="true">
      <Icon name={name} />
    </span>
  );
}
