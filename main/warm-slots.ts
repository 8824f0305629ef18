import { app } from 'electron';
import { listedEnvironment } from '../app/hosts/node-host.ts';
import type { SlotProcessManager } from '../app/hosts/slot-pool.ts';
import type { Session, Sessions } from './session.ts';
import { utilityPool } from './utility-pool.ts';

/** No more slots than these are kept for the open windows together; each takes about 22 MB of memory. */
const MOST_WARM = 16;

/**
 * The slot processes of the application, from which every run takes its slots. Those that the crews in the open windows
 * would use stand warm, so that no run waits for a process.
 */
export function warmSlots(slotFile: string, sessions: Sessions): SlotProcessManager {
  const pool = utilityPool(slotFile, listedEnvironment(process.env), {
    onTrouble: (detail) => {
      const message = `Slots cannot be kept warm: their processes exit right after starting (${detail}). The next run will try again and report an error if it cannot continue.`;
      for (const session of sessions.all()) session.tell('app.error', { message });
    },
  });
  sessions.onChange(() => {
    const wanted = sessions.all().reduce((sum, session) => sum + slotsOf(session), 0);
    pool.keepWarm(Math.min(MOST_WARM, wanted));
  });
  app.once('will-quit', () => void pool.stop());
  return pool;
}

/** A window that still draws its crew comes first, and a crew without tasks cannot be run. */
function slotsOf({ settled, document }: Session): number {
  const { tasks, settings } = document.project;
  return settled && tasks.length > 0 ? settings.max_concurrent_tasks : 0;
}
