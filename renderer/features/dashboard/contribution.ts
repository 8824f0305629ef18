import type { Contribution } from '../../state/contribution.ts';
import { Dashboard } from './dashboard.tsx';

export const dashboard: Contribution = { tab: { name: 'Dashboard', Panel: Dashboard } };
