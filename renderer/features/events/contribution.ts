import type { Contribution } from '../../state/contribution.ts';
import { Events } from './events.tsx';

export const events: Contribution = { tab: { name: 'Events', Panel: Events } };
