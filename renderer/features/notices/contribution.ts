import type { Contribution } from '../../state/contribution.ts';
import { Comparison } from './comparison.tsx';

export const notices: Contribution = {
  dialogs: [{ name: 'compare', title: 'Compare with the file on disk', Content: Comparison }],
};
