import type { Contribution } from '../../state/contribution.ts';
import { Resources } from './resources.tsx';

export const resources: Contribution = { tab: { name: 'Resources', Panel: Resources } };
