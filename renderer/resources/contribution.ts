import type { Contribution } from '../store/contribution.ts';
import { Resources } from './resources.tsx';

export const resources: Contribution = { tab: { name: 'Resources', Panel: Resources } };
