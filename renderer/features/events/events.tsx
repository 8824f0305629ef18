import './events.css';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { formatDuration, formatNumber } from '../../../shared/figures/format.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import { useRun } from '../../state/run.ts';
import { select } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import { EventFilter } from './filter.ts';
import { summaryOf, taskOfEvent } from './summary.ts';

const ROW_HEIGHT = 24;

/** The events of the run, one per line, the latest at the end. Selecting an event shows all of its fields. */
export function Events() {
  const { events, seq } = useRun((run) => run);
  const [filter, setFilter] = useState('');
  const [withSamples, setSamples] = useState(false);
  const [chosenSeq, setChosen] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run's events are another list.
  const filtering = useMemo(() => new EventFilter(filter, withSamples), [events, filter, withSamples]);
  const shown = filtering.filter(events);
  if (seq === 0) {
    return (
      <div className="empty">
        <strong>No events yet</strong>
        <span>A run records everything that happens. The same lines are exported as events.jsonl.</span>
      </div>
    );
  }
  const chosen = chosenSeq === null ? undefined : events[chosenSeq - 1];
  return (
    <div className={chosen ? 'events with-details' : 'events'}>
      <div className="events-tools">
        <input
          className="input"
          type="search"
          placeholder="Filter by type, task or text"
          aria-label="Filter the events"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <label className="muted">
          <input type="checkbox" checked={withSamples} onChange={(event) => setSamples(event.currentTarget.checked)} />{' '}
          samples
        </label>
        <span className="muted num">{`${formatNumber(shown.length)} of ${formatNumber(events.length)}`}</span>
      </div>
      <List events={shown} chosen={chosenSeq} onChoose={setChosen} />
      {chosen && <Details event={chosen} onClose={() => setChosen(null)} />}
    </div>
  );
}

interface ListProps {
  events: readonly RunEvent[];
  chosen: number | null;
  onChoose: (seq: number) => void;
}

function List({ events, chosen, onChoose }: ListProps) {
  const win = useWindowState();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 16,
  });
  const choose = (event: RunEvent) => {
    onChoose(event.seq);
    const task = taskOfEvent(event);
    if (task !== '') select(win, `task:${task}`);
  };
  const walk = (by: number) => {
    const at = events.findIndex((event) => event.seq === chosen);
    const next = events[Math.min(events.length - 1, Math.max(0, at + by))];
    if (!next) return;
    choose(next);
    virtualizer.scrollToIndex(events.indexOf(next));
  };
  return (
    <div
      ref={scroller}
      className="event-list"
      role="listbox"
      aria-label="Events of the run"
      tabIndex={0}
      onKeyDown={(key) => {
        if (key.key !== 'ArrowDown' && key.key !== 'ArrowUp') return;
        key.preventDefault();
        walk(key.key === 'ArrowDown' ? 1 : -1);
      }}
    >
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map((item) => {
          const event = events[item.index];
          if (!event) return null;
          return (
            <div
              key={event.seq}
              role="option"
              tabIndex={-1}
              aria-selected={event.seq === chosen}
              className={event.seq === chosen ? 'event on' : 'event'}
              style={{ height: ROW_HEIGHT, transform: `translateY(${item.start}px)` }}
              onClick={() => choose(event)}
              onKeyDown={() => {}}
            >
              <span className="faint num">{formatDuration(event.t)}</span>
              <span className={toneOf(event)}>{event.type}</span>
              <span className="ellipsis">{taskOfEvent(event)}</span>
              <span className="ellipsis muted">{summaryOf(event)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function toneOf(event: RunEvent): string {
  const isFailure =
    event.type === 'task.failed' ||
    (event.type === 'attempt.ended' && event.result !== 'ok') ||
    (event.type === 'tool.call' && !event.ok) ||
    (event.type === 'llm.call' && event.error !== undefined);
  return isFailure ? 'failure' : '';
}

function Details({ event, onClose }: { event: RunEvent; onClose: () => void }) {
  return (
    <aside className="event-details" aria-label="Event">
      <header>
        <strong>{event.type}</strong>
        <span className="faint num">{`number ${event.seq}`}</span>
        <button type="button" className="button quiet" onClick={onClose}>
          Close
        </button>
      </header>
      <pre className="selectable">{JSON.stringify(event, null, 2)}</pre>
    </aside>
  );
}
