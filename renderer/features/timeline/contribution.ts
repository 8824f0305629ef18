import type { Contribution } from '../../state/contribution.ts';
import { TIMELINE_KEYS } from './keys.ts';
import { Timeline } from './timeline.tsx';
import { TimelineOptions } from './timeline-options.tsx';

export const timeline: Contribution = {
  tab: { name: 'Timeline', Panel: Timeline, Tools: TimelineOptions },
  keys: TIMELINE_KEYS,
};
