import type { Contribution } from '../../state/contribution.ts';
import { InputsSheet } from './inputs-sheet.tsx';

export const inputs: Contribution = {
  dialogs: [{ name: 'inputs', title: 'Inputs of this run', Content: InputsSheet }],
};
