import type { z } from 'zod';
import type { exitReasonSchema, slotSamplesSchema } from './events/shapes.ts';
import type { OpenInterval } from './open-interval.ts';

/** The start of a slot process. */
export interface SlotStart extends OpenInterval {
  /** Milliseconds from the spawn of the process until it was ready; null if it was never ready. */
  ms: number | null;
}

/** The end of a slot process. */
export interface SlotExit {
  t: number;
  where: string;
  reason: z.infer<typeof exitReasonSchema>;
  detail: string | null;
  /** Whether another process replaced it. */
  replaced: boolean;
  /** Whether its turn was cancelled with the run: the process was ended because a person stopped the run. */
  stopped: boolean;
}

/** A slot: its process now, and what its processes did so far. */
export interface SlotState {
  slot: number;
  /** Its process, such as `local:kbzqtf`; null if it has none. */
  where: string | null;
  /** `lost`: its process ended with the process that ran the crew. */
  status: 'starting' | 'ready' | 'exited' | 'lost';
  /** The starts of its processes: each until the process was ready, had ended, or was lost with the run's process. */
  starts: SlotStart[];
  /** The times in which it could take turns. */
  ready: OpenInterval[];
  /** In a batch: the row that used the slot just before its last grant; null if no row did. */
  grantedFrom: { row: number; task: string } | null;
  exits: SlotExit[];
  peakMemoryBytes: number;
}

/** The processor and memory use of the slots at a time. */
export interface Sample {
  t: number;
  slots: z.infer<typeof slotSamplesSchema>;
}
