import './palette.css';
import { Command } from 'cmdk';
import { useMemo, useState } from 'react';
import type { Crew } from '../../../shared/crew/schema.ts';
import { titleOf } from '../../../shared/crew/titles.ts';
import { formatNumber } from '../../../shared/figures/format.ts';
import { bestMatches, type Matches, type Searchable } from '../../base/best-matches.ts';
import { centerOn } from '../../state/canvas/view.ts';
import { perform } from '../../state/command.ts';
import { type Registry, useRegistry } from '../../state/contribution.ts';
import { useDocument } from '../../state/document.ts';
import { select, showDialog, showTab } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';

interface Entry extends Searchable {
  key: string;
  label: string;
  act: () => void;
}

/** The maximum number of entries in the page, however large the crew is. */
const MAX_ENTRIES = 50;
const MAX_AGENTS = 8;

/** The available actions: commands and tabs. */
function actionEntries(win: WindowState, { commands, tabs }: Registry): Entry[] {
  const available = commands.filter(({ isHidden, unavailable }) => !isHidden && (unavailable?.(win) ?? null) === null);
  return [
    ...available.map((command) => entry(command.name, command.label, command.label, () => perform(win, command))),
    ...tabs.map(({ name }) => entry(`tab ${name}`, `Show ${name}`, `Show ${name}`, () => showTab(win, name))),
  ];
}

function entry(key: string, label: string, text: string, act: () => void): Entry {
  return { key, label, text: text.normalize('NFC').toLowerCase(), act };
}

function nodeEntry(win: WindowState, key: string, name: string, text: string): Entry {
  return entry(key, name, text, () => {
    select(win, key);
    centerOn(win, key, true);
  });
}

function taskEntries(win: WindowState, tasks: Crew['tasks']): Entry[] {
  return tasks.map((task) => nodeEntry(win, `task:${task.name}`, task.name, `${task.name} ${titleOf(task)}`));
}

function agentEntries(win: WindowState, agents: Crew['agents']): Entry[] {
  return agents.map(({ name }) => nodeEntry(win, `agent:${name}`, name, `${name} agent`));
}

/** Finds nodes, actions and panels by name. Only the best matches are in the page. */
export function CommandPalette() {
  const win = useWindowState();
  const registry = useRegistry();
  const possible = useMemo(() => actionEntries(win, registry), [registry, win]);
  const tasks = useDocument(({ crew }) => crew.tasks);
  const agents = useDocument(({ crew }) => crew.agents);
  const taskIndex = useMemo(() => taskEntries(win, tasks), [tasks, win]);
  const agentIndex = useMemo(() => agentEntries(win, agents), [agents, win]);
  const [query, setQuery] = useState('');
  const actions = bestMatches(possible, query, possible.length);
  const ofAgents = bestMatches(agentIndex, query, MAX_AGENTS);
  const ofTasks = bestMatches(taskIndex, query, MAX_ENTRIES - actions.shown.length - ofAgents.shown.length);
  return (
    <Command label="Search and commands" shouldFilter={false} vimBindings={false}>
      <Command.Input
        autoFocus
        className="input"
        placeholder="Search tasks, agents, actions"
        value={query}
        onValueChange={setQuery}
      />
      <Command.List>
        <Command.Empty>No matches</Command.Empty>
        <Entries heading="Tasks" matches={ofTasks} />
        <Entries heading="Agents" matches={ofAgents} />
        <Entries heading="Actions" matches={actions} />
      </Command.List>
    </Command>
  );
}

function Entries({ heading, matches: { shown, count } }: { heading: string; matches: Matches<Entry> }) {
  const win = useWindowState();
  if (count === 0) return null;
  const title = count > shown.length ? `${heading} · ${shown.length} of ${formatNumber(count)}` : heading;
  return (
    <Command.Group heading={title}>
      {shown.map(({ key, label, act }) => (
        <Command.Item
          key={key}
          value={key}
          onSelect={() => {
            showDialog(win, null);
            act();
          }}
        >
          {label}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
