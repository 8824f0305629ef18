import type { Contribution } from '../store/contribution.ts';
import { Results } from './results.tsx';

export const results: Contribution = { tab: { name: 'Results', Panel: Results } };
