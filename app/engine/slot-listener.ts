import type { Crew } from '../../shared/project/schema.ts';
import type { SlotHost, SlotListener, SlotSample } from '../../shared/slot/host.ts';
import type { TurnKey } from '../../shared/slot/protocol.ts';
import type { Recorder } from './journal/recorder.ts';
import type { Requests } from './requests.ts';
import type { Turns } from './turns/turns.ts';

/** After so many processes in a row that ended before they were ready, the run does not go on trying. */
const FAILED_STARTS = 3;
const MIB = 1024 * 1024;

export interface ListenerDeps {
  project: Crew;
  host: SlotHost;
  recorder: Recorder;
  turns: Turns;
  requests: Requests;
  /** The run lets go: what slots still say is no part of it. */
  closing: () => boolean;
  listSlots: (pids: readonly number[]) => void;
  text: (key: TurnKey, delta: string) => void;
  slotsFail: (detail: string) => void;
  pump: () => void;
}

/** What the engine does about what its slots say. */
export function slotListener(deps: ListenerDeps): SlotListener {
  const { recorder, turns, requests } = deps;
  const pids = new Map<number, number>();
  const started = new Set<number>();
  let failedStarts = 0;
  const unlessClosing = (act: () => void) => {
    if (!deps.closing()) act();
  };
  return {
    slotStarted: (slot, pid) =>
      unlessClosing(() => {
        pids.set(slot, pid);
        started.add(slot);
        deps.listSlots([...pids.values()]);
        recorder.emit({ type: 'slot.started', slot, pid });
      }),
    slotReady: (slot, pid, ms) =>
      unlessClosing(() => {
        started.delete(slot);
        failedStarts = 0;
        recorder.emit({ type: 'slot.ready', slot, pid, ms });
        deps.pump();
      }),
    slotExited: (slot, pid, reason, detail) =>
      unlessClosing(() => {
        pids.delete(slot);
        deps.listSlots([...pids.values()]);
        recorder.emit({ type: 'slot.exited', slot, pid, reason, ...(detail === undefined ? {} : { detail }) });
        const neverReady = started.delete(slot) || pid === 0;
        if (neverReady && reason !== 'ended') failedStarts += 1;
        if (failedStarts >= FAILED_STARTS) deps.slotsFail(detail ?? reason);
      }),
    sample: (samples) => unlessClosing(() => takeSample(deps, samples)),
    event: (key, number, event) => unlessClosing(() => turns.event(key, number, event)),
    text: (key, delta) => {
      if (turns.find(key)) deps.text(key, delta);
    },
    request: (key, id, request) => unlessClosing(() => requests.handle(key, id, request)),
    requestCancelled: (key, id) => unlessClosing(() => requests.cancelled(key, id)),
    outcome: (key, outcome) => unlessClosing(() => turns.outcome(key, outcome)),
  };
}

function takeSample({ project, host, recorder }: ListenerDeps, samples: readonly SlotSample[]): void {
  const limit = project.settings.slot_memory_mib * MIB;
  const slots = samples.map(({ slot, pid, cpuPercent, memoryBytes }) => ({
    slot,
    pid,
    cpu_percent: cpuPercent,
    memory_bytes: memoryBytes,
  }));
  recorder.emit({ type: 'sample', slots });
  for (const { slot, memoryBytes } of samples) if (memoryBytes > limit) host.kill(slot, 'memory');
}
