import { DropdownMenu } from 'radix-ui';
import { useMemo } from 'react';
import { perform } from '../../state/command.ts';
import { deleteCommand, duplicateCommand } from '../../state/commands/edit-commands.ts';
import { type RerunTarget, rerunShown } from '../../state/commands/rerun-commands.ts';
import { usePlanText } from '../../state/commands/use-plan-text.ts';
import { useStale } from '../../state/stale.ts';
import { useWindowState } from '../../state/window-state.ts';

export interface NodeMenuTarget {
  task: string;
  /** Position in the window, in pixels. */
  x: number;
  y: number;
}

/** The context menu of a task, at the pointer. */
export function NodeMenu({ place, onClose }: { place: NodeMenuTarget; onClose: () => void }) {
  const win = useWindowState();
  const { task, x, y } = place;
  const from = useMemo((): RerunTarget => ({ kind: 'from', task }), [task]);
  const only = useMemo((): RerunTarget => ({ kind: 'only', task }), [task]);
  return (
    <DropdownMenu.Root open onOpenChange={(open) => !open && onClose()}>
      <DropdownMenu.Trigger className="menu-anchor" style={{ left: x, top: y }} tabIndex={-1} aria-hidden />
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" aria-label={`Actions for ${task}`} loop>
          <RunItem what={from} label="Run from here" />
          <RunItem what={only} label="Run only this task" />
          <DropdownMenu.Separator className="menu-line" />
          <Item label="Duplicate" onSelect={() => perform(win, duplicateCommand)} />
          <Item label="Delete" onSelect={() => perform(win, deleteCommand)} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** A command that needs a run of this crew, whose other results it reuses. It shows below its label what that saves. */
function RunItem({ what, label }: { what: RerunTarget; label: string }) {
  const win = useWindowState();
  const known = useStale(({ stale }) => stale !== null);
  const text = usePlanText(what, known);
  return (
    <DropdownMenu.Item className="menu-item" disabled={!known} onSelect={() => rerunShown(win, what)}>
      {label}
      <span className="muted small">
        {known ? (text ?? 'Calculating savings…') : 'available after a run of this crew; other results are reused'}
      </span>
    </DropdownMenu.Item>
  );
}

function Item({ label, onSelect }: { label: string; onSelect: () => void }) {
  return (
    <DropdownMenu.Item className="menu-item" onSelect={onSelect}>
      {label}
    </DropdownMenu.Item>
  );
}
