import { useMemo } from 'react';
import { formatDuration } from '../../../shared/figures/format.ts';
import { changeSlots } from '../../state/commands/run-commands.ts';
import { edit } from '../../state/document.ts';
import { keyParts, useUi } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import type { TimelineSource } from './source.ts';
import type { ShownWhatIf } from './what-if.ts';
import { type Changes, NO_CHANGES } from './what-if-changes.ts';
import { boundOf, comparisonText, pathText } from './what-if-figures.ts';

const MAX_SLOTS = 64;

interface Props {
  source: TimelineSource;
  whatIf: ShownWhatIf;
  durations: Readonly<Record<string, number>> | null;
  changes: Changes;
  onChange: (changes: Changes) => void;
}

/** Sliders with an immediate schedule. "Apply" writes slots and capacities to the crew. */
export function WhatIfControls({ source, whatIf, durations, changes, onChange }: Props) {
  const win = useWindowState();
  const key = useUi(({ selection }) => (selection.length === 1 ? selection[0] : undefined));
  const chosen = key === undefined ? null : keyParts(key);
  const slots = changes.slots ?? source.state.slotCounts.at(-1)?.slots ?? 1;
  const task = chosen?.kind === 'task' && source.state.tasks.has(chosen.name) ? chosen.name : null;
  return (
    <section className="what-if" aria-label="What-if">
      <h3 className="caption">What if</h3>
      <Slider
        label="Slots"
        value={slots}
        min={1}
        max={MAX_SLOTS}
        valueText={`${slots}`}
        onValue={(value) => onChange({ ...changes, slots: value })}
      />
      {source.crew.pools.map(({ name, capacity }) => {
        const value = changes.capacities[name] ?? capacity;
        const onValue = (next: number) => onChange({ ...changes, capacities: { ...changes.capacities, [name]: next } });
        return (
          <Slider
            key={name}
            label={`Pool ${name}`}
            value={value}
            min={1}
            max={Math.max(16, capacity * 2)}
            valueText={`${value}`}
            onValue={onValue}
          />
        );
      })}
      {task !== null && (
        <Slider
          label={task}
          value={Math.round((changes.speeds[task] ?? 1) * 100)}
          min={10}
          max={200}
          valueText={`${Math.round((changes.speeds[task] ?? 1) * 100)}%`}
          hint="Percent of the task’s duration: 50 % is twice as fast"
          onValue={(value) => onChange({ ...changes, speeds: { ...changes.speeds, [task]: value / 100 } })}
        />
      )}
      <Answers source={source} whatIf={whatIf} durations={durations} changes={changes} slots={slots} />
      <div className="what-if-end">
        <button type="button" className="button quiet" onClick={() => onChange(NO_CHANGES)}>
          Reset
        </button>
        <button type="button" className="button" onClick={() => apply(win, changes)}>
          Apply
        </button>
      </div>
    </section>
  );
}

interface AnswersProps extends Omit<Props, 'onChange'> {
  slots: number;
}

/** The figures of the sliders' values, all from the same simulated schedule. */
function Answers({ source: { crew }, whatIf, durations, changes, slots }: AnswersProps) {
  const { simulation, baseMs, isKnown } = whatIf;
  const { capacities } = changes;
  const bound = useMemo(
    () => (durations === null ? null : boundOf(crew, durations, capacities, slots)),
    [crew, durations, capacities, slots],
  );
  if (!simulation) return <p className="what-if-text">{isKnown ? 'Simulating…' : 'Makespan: unknown'}</p>;
  return (
    <dl className="pairs" aria-label="What-if figures">
      <div>
        <dt>Makespan</dt>
        <dd className="num">
          <strong>{formatDuration(simulation.makespan_ms)}</strong>
        </dd>
      </div>
      {baseMs !== undefined && changes !== NO_CHANGES && (
        <div title="Simulated makespan of the same crew or run without these changes">
          <dt>Without the changes</dt>
          <dd className="num">{comparisonText(simulation.makespan_ms, baseMs)}</dd>
        </div>
      )}
      {bound !== null && (
        <div title="The makespan that no schedule with these slots and pools can beat">
          <dt>Lower bound</dt>
          <dd className="num">{formatDuration(bound)}</dd>
        </div>
      )}
      <div title={pathText(crew, simulation, Number.POSITIVE_INFINITY)}>
        <dt>Critical path</dt>
        <dd>{pathText(crew, simulation)}</dd>
      </div>
    </dl>
  );
}

function apply(win: WindowState, { slots, capacities }: Changes): void {
  edit(win, (draft) => {
    if (slots !== null) draft.settings.max_concurrent_tasks = slots;
    for (const pool of draft.pools) pool.capacity = capacities[pool.name] ?? pool.capacity;
  });
  if (slots !== null) void changeSlots(win, slots);
}

interface SliderProps {
  label: string;
  value: number;
  min: number;
  max: number;
  valueText: string;
  hint?: string;
  onValue: (value: number) => void;
}

function Slider({ label, value, min, max, valueText, hint, onValue }: SliderProps) {
  return (
    <label className="slider" title={hint ?? label}>
      <span className="ellipsis">{label}</span>
      <input
        type="range"
        min={min}
        max={max}
        value={value}
        aria-valuetext={valueText}
        onChange={(event) => onValue(Number(event.currentTarget.value))}
      />
      <span className="num">{valueText}</span>
    </label>
  );
}
