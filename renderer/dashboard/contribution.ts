import type { Contribution } from '../store/contribution.ts';
import { Dashboard } from './dashboard.tsx';

export const dashboard: Contribution = { tab: { name: 'Dashboard', Panel: Dashboard } };
