import type { Contribution } from '../store/contribution.ts';
import { Runs } from './runs.tsx';

export const runs: Contribution = { tab: { name: 'Runs', Panel: Runs } };
