import './palette.css';
import { Command } from 'cmdk';
import { titleOf } from '../../shared/project/titles.ts';
import { centreOn } from '../canvas/view.ts';
import { type CommandName, carryOut } from '../commands/commands.ts';
import { useDocument } from '../store/document.ts';
import { select, showDialog, showTab, TABS } from '../store/ui.ts';

const COMMANDS: readonly (readonly [CommandName, string])[] = [
  ['run', 'Run'],
  ['run_batch', 'Run batch…'],
  ['pause', 'Pause or resume'],
  ['stop', 'Stop'],
  ['rerun_failed', 'Run again what failed'],
  ['rerun_stale', 'Run what is stale'],
  ['rerun_from', 'Run from here'],
  ['rerun_only', 'Run this task alone'],
  ['clear_cache', 'Clear the cache…'],
  ['reviews', 'Reviews'],
  ['export', 'Export reports'],
  ['new', 'New crew'],
  ['open', 'Open…'],
  ['save', 'Save'],
  ['save_as', 'Save as…'],
  ['undo', 'Undo'],
  ['redo', 'Redo'],
  ['auto_layout', 'Auto layout'],
  ['zoom_fit', 'Zoom to fit'],
  ['select_all', 'Choose everything'],
  ['duplicate', 'Duplicate'],
  ['keys', 'Keyboard shortcuts'],
  ['about', 'About'],
];

/** Go to anything: nodes, actions, panels. */
export function CommandPalette() {
  const project = useDocument((document) => document.project);
  const then = (act: () => void) => () => {
    showDialog(null);
    act();
  };
  const go = (key: string) =>
    then(() => {
      select(key);
      centreOn(key);
    });
  return (
    <Command label="Search and commands">
      <Command.Input autoFocus className="input" placeholder="Search tasks, agents, actions" />
      <Command.List>
        <Command.Empty>Nothing of that name.</Command.Empty>
        <Command.Group heading="Tasks">
          {project.tasks.map((task) => (
            <Command.Item key={task.name} value={`${task.name} ${titleOf(task)}`} onSelect={go(`task:${task.name}`)}>
              {task.name}
            </Command.Item>
          ))}
        </Command.Group>
        <Command.Group heading="Agents">
          {project.agents.map(({ name }) => (
            <Command.Item key={name} value={`agent ${name}`} onSelect={go(`agent:${name}`)}>
              {name}
            </Command.Item>
          ))}
        </Command.Group>
        <Command.Group heading="Actions">
          {COMMANDS.map(([command, label]) => (
            <Command.Item key={command} onSelect={then(() => carryOut(command))}>
              {label}
            </Command.Item>
          ))}
          {TABS.map((tab) => (
            <Command.Item key={tab} onSelect={then(() => showTab(tab))}>
              Show {tab}
            </Command.Item>
          ))}
        </Command.Group>
      </Command.List>
    </Command>
  );
}
