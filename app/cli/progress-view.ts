import type { RunEvent } from '../../shared/run/events.ts';
import type { GroupRow } from '../launch/group/group-handle.ts';

/** What is shown of a run or batch in progress. All texts are complete lines; an empty text shows nothing. */
export interface ProgressView {
  /** The lines for a row whose status changed. */
  ofRow(row: GroupRow): string;
  ofEvents(row: GroupRow, events: readonly RunEvent[]): string;
  /** The lines that a terminal of this width redraws. */
  redrawn(columns: number): readonly string[];
}
