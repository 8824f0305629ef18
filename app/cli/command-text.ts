import { commandText } from '../../shared/command-text.ts';
import type { InterruptReason } from '../engine/request.ts';

/** The command that resumes a run or a batch that ended for `reason`. */
export function resumeText(dir: string, reason?: InterruptReason): string {
  const resume = commandText('resume', dir);
  switch (reason) {
    case 'budget':
      return `${resume} --budget USD`;
    case 'review':
      return `${resume} (at a terminal to answer the reviews, or with --approve-all)`;
    default:
      return resume;
  }
}
