import type { Contribution } from '../../state/contribution.ts';
import { BatchPreview } from './batch-preview.tsx';

export const batch: Contribution = { dialogs: [{ name: 'batch', title: 'Run batch', Content: BatchPreview }] };
