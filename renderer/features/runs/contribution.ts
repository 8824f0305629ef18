import type { Contribution } from '../../state/contribution.ts';
import { Runs } from './runs.tsx';

export const runs: Contribution = { tab: { name: 'Runs', Panel: Runs } };
