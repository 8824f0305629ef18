import { app } from 'electron';
import { listedEnvironment } from '../app/hosts/node-host.ts';
import type { SlotProcessManager } from '../app/hosts/slot-pool.ts';
import type { Session, Sessions } from './session.ts';
import { utilityPool } from './utility-pool.ts';

/** The maximum number of warm slots for all windows together; each uses about 22 MB of memory. */
const MAX_WARM_SLOTS = 16;

/**
 * Creates the slot processes of the application, which all runs use. The processes that the crews in the open windows
 * would use are kept warm, so that no run waits for a process.
 */
export function warmSlots(slotFile: string, sessions: Sessions): SlotProcessManager {
  const pool = utilityPool(slotFile, listedEnvironment(process.env), {
    onTrouble: (detail) => {
      const message = `Slots cannot be kept warm: their processes exit right after starting (${detail}). The next run will try again and report an error if it cannot continue.`;
      for (const session of sessions.all()) session.push('app.error', { message });
    },
  });
  sessions.onChange(() => {
    const wanted = sessions.all().reduce((sum, session) => sum + slotsOf(session), 0);
    pool.keepWarm(Math.min(MAX_WARM_SLOTS, wanted));
  });
  app.once('will-quit', () => void pool.stop());
  return pool;
}

/** Warming waits for windows that still draw their crew, and ignores crews without tasks, which cannot run. */
function slotsOf({ settled, document }: Session): number {
  const { tasks, settings } = document.crew;
  return settled && tasks.length > 0 ? settings.max_concurrent_tasks : 0;
}
