import type { SlotHost, SlotListener } from '../shared/slot/host.ts';

/**
 * A host whose slots were started before the run: it starts the inner host at once and hands it over when the run starts.
 * The application itself starts its slots with each run; this one shows what the engine does from the moment they stand.
 */
export async function warmed(inner: SlotHost, count: number): Promise<SlotHost> {
  let run: SlotListener | null = null;
  const slots = new Map<number, number>();
  await new Promise<void>((resolve) => {
    const before: Partial<SlotListener> = {
      slotStarted: (slot, pid) => slots.set(slot, pid),
      slotReady: (slot, pid) => {
        slots.set(slot, pid);
        ready += 1;
        if (ready === count) resolve();
      },
    };
    let ready = 0;
    inner.start(
      count,
      forwarding(() => run ?? before),
    );
  });
  return {
    start: (_count, listener) => {
      run = listener;
      queueMicrotask(() => {
        for (const [slot, pid] of slots) listener.slotStarted(slot, pid);
        for (const [slot, pid] of slots) listener.slotReady(slot, pid, 0);
      });
    },
    resize: (count) => inner.resize(count),
    submit: (slot, turn) => inner.submit(slot, turn),
    cancel: (key, graceMs) => inner.cancel(key, graceMs),
    answer: (key, request, answer) => inner.answer(key, request, answer),
    acknowledge: (key, events, outcome) => inner.acknowledge(key, events, outcome),
    reconcile: (keys) => inner.reconcile(keys),
    kill: (slot, reason) => inner.kill(slot, reason),
    stop: () => inner.stop(),
  };
}

function forwarding(to: () => Partial<SlotListener>): SlotListener {
  return {
    slotStarted: (...told) => to().slotStarted?.(...told),
    slotReady: (...told) => to().slotReady?.(...told),
    slotExited: (...told) => to().slotExited?.(...told),
    sample: (...told) => to().sample?.(...told),
    event: (...told) => to().event?.(...told),
    text: (...told) => to().text?.(...told),
    request: (...told) => to().request?.(...told),
    requestCancelled: (...told) => to().requestCancelled?.(...told),
    outcome: (...told) => to().outcome?.(...told),
  };
}
