import type { Contribution } from '../../state/contribution.ts';
import { Results } from './results.tsx';

export const results: Contribution = { tab: { name: 'Results', Panel: Results } };
