import { wouldCycle } from '../../shared/project/cycle.ts';
import type { Crew, Task } from '../../shared/project/schema.ts';
import { consensualAgents } from '../../shared/run/consensus.ts';
import { Avatar } from '../canvas/avatar.tsx';
import { addDependency, remove, removeDependency } from '../commands/project-edits.ts';
import { NamesField } from '../fields/names-field.tsx';
import { NumberField } from '../fields/number-field.tsx';
import { SelectField } from '../fields/select-field.tsx';
import { SwitchField } from '../fields/switch-field.tsx';
import { TextField } from '../fields/text-field.tsx';
import { edit, useDocument } from '../store/document.ts';
import { edgeKey, select, toast } from '../store/ui.ts';
import { CACHE_LABELS } from './cache-labels.ts';
import { GuardrailField } from './guardrail-field.tsx';
import { NameField } from './name-field.tsx';
import { RunAgain } from './run-again.tsx';
import { TaskRunFacts } from './task-run-facts.tsx';

type DraftTask = Crew['tasks'][number];

export function TaskInspector({ task }: { task: Task }) {
  const project = useDocument((document) => document.project);
  const change = (what: string, act: (draft: DraftTask) => void) =>
    edit((draft) => {
      const found = draft.tasks.find(({ name }) => name === task.name);
      if (found) act(found);
    }, `task ${task.name} ${what}`);
  const council = project.process === 'consensual' ? consensualAgents(project, task) : [];
  return (
    <>
      <header className="subject">
        <Avatar project={project} name={council.length > 0 ? null : (task.agent ?? null)} several={council.length} />
        <div className="ellipsis">
          <strong>{task.name}</strong>
          <div className="muted small">Task{doneBy(task, council)}</div>
        </div>
      </header>
      <TaskRunFacts name={task.name} />
      <RunAgain task={task.name} />
      <NameField kind="task" name={task.name} />
      <TextField
        label="Description"
        rows={5}
        value={task.description}
        onChange={(value) =>
          change('description', (draft) => {
            draft.description = value;
          })
        }
      />
      <TextField
        label="Expected output"
        rows={2}
        value={task.expected_output}
        onChange={(value) =>
          change('expected output', (draft) => {
            draft.expected_output = value;
          })
        }
      />
      {council.length > 0 ? (
        <Council task={task} project={project} change={change} />
      ) : (
        <SelectField
          label="Agent"
          value={task.agent ?? ''}
          options={[
            ['', project.process === 'hierarchical' ? 'assigned by the manager' : 'none'],
            ...project.agents.map(({ name }) => [name, name] as const),
          ]}
          onChange={(value) =>
            change('agent', (draft) => {
              if (value === '') delete draft.agent;
              else draft.agent = value;
            })
          }
        />
      )}
      <Dependencies task={task} project={project} />
      <SwitchField
        label="Asynchronous"
        value={task.async}
        onChange={(value) =>
          change('async', (draft) => {
            draft.async = value;
          })
        }
      />
      <TaskDetails task={task} project={project} change={change} />
      <div className="field">
        <button type="button" className="button" onClick={() => remove([`task:${task.name}`])}>
          Delete task
        </button>
      </div>
    </>
  );
}

function doneBy({ agent }: Task, council: readonly string[]): string {
  if (council.length > 0) return ` · ${council.length === 1 ? '1 agent' : `${council.length} agents`}`;
  return agent === undefined ? '' : ` · ${agent}`;
}

/** Who proposes and votes; all of the crew, until some are named. */
function Council({ task, project, change }: Details) {
  const named = task.agents ?? [];
  const set = (agents: readonly string[]) =>
    change('agents', (draft) => {
      if (agents.length === 0) delete draft.agents;
      else draft.agents = [...agents];
    });
  return (
    <NamesField
      label={named.length === 0 ? 'Agents (default: all)' : 'Agents'}
      names={named}
      choices={project.agents.map(({ name }) => name).filter((name) => !named.includes(name))}
      onAdd={(name) => name !== '' && set([...named, name])}
      onRemove={(name) => set(named.filter((other) => other !== name))}
    />
  );
}

function Dependencies({ task, project }: { task: Task; project: Crew }) {
  const others = project.tasks
    .map(({ name }) => name)
    .filter((name) => name !== task.name && !task.context.includes(name));
  const add = (name: string) => {
    if (name === '') return;
    const cycle = wouldCycle(project, name, task.name);
    if (cycle) toast('error', `This would close a circle: ${[...cycle, cycle[0]].join(' → ')}`);
    else addDependency(name, task.name);
  };
  return (
    <NamesField
      label="Depends on"
      names={task.context}
      choices={others}
      onAdd={add}
      onRemove={(name) => removeDependency(name, task.name)}
      onChoose={(name) => select(edgeKey(`task:${name}`, `task:${task.name}`))}
    />
  );
}

interface Details {
  task: Task;
  project: Crew;
  change: (what: string, act: (draft: DraftTask) => void) => void;
}

function TaskDetails({ task, project, change }: Details) {
  const free = project.pools
    .map(({ name }) => name)
    .filter((name) => !task.resources.some(({ pool }) => pool === name));
  return (
    <details className="details">
      <summary>More</summary>
      <TextField
        label="Title"
        value={task.title ?? ''}
        onChange={(value) =>
          change('title', (draft) => {
            if (value === '') delete draft.title;
            else draft.title = value;
          })
        }
      />
      <TextField
        label="Category"
        value={task.category ?? ''}
        onChange={(value) =>
          change('category', (draft) => {
            if (value === '') delete draft.category;
            else draft.category = value;
          })
        }
      />
      <NumberField
        label="Priority"
        value={task.priority}
        rule={{ min: -100, max: 100 }}
        onChange={(value) =>
          change('priority', (draft) => {
            if (value !== undefined) draft.priority = value;
          })
        }
      />
      <NumberField
        label="Timeout (s)"
        value={task.timeout_s}
        placeholder={String(project.settings.task_timeout_s)}
        rule={{ min: 0.1, max: 86_400, optional: true, fractions: true }}
        standard={project.settings.task_timeout_s}
        onChange={(value) =>
          change('timeout', (draft) => {
            if (value === undefined) delete draft.timeout_s;
            else draft.timeout_s = value;
          })
        }
      />
      <NumberField
        label="Estimate (s)"
        value={task.estimate_s}
        placeholder="learned from runs"
        rule={{ min: 0.001, optional: true, fractions: true }}
        step={0.1}
        onChange={(value) =>
          change('estimate', (draft) => {
            if (value === undefined) delete draft.estimate_s;
            else draft.estimate_s = value;
          })
        }
      />
      <TextField
        label="Output file"
        value={task.output_file ?? ''}
        onChange={(value) =>
          change('output file', (draft) => {
            if (value === '') delete draft.output_file;
            else draft.output_file = value;
          })
        }
      />
      <SelectField
        label="Human review"
        value={task.human_review}
        options={[
          ['none', 'none'],
          ['before', 'before the task is done'],
          ['after', 'after the task: review the result'],
        ]}
        onChange={(value) =>
          change('human review', (draft) => {
            draft.human_review = value === 'before' || value === 'after' ? value : 'none';
          })
        }
      />
      <SelectField
        label="Cache"
        value={task.cache ?? ''}
        options={[['', `crew default: ${CACHE_LABELS[project.settings.cache]}`], ...Object.entries(CACHE_LABELS)]}
        onChange={(value) =>
          change('cache', (draft) => {
            if (value === 'off' || value === 'read' || value === 'read_write') draft.cache = value;
            else delete draft.cache;
          })
        }
      />
      <SelectField
        label="When a dependency fails"
        value={task.on_dependency_failure ?? ''}
        options={[
          ['', `crew default: ${project.settings.on_dependency_failure}`],
          ['continue', 'continue without it'],
          ['skip', 'skip this task'],
        ]}
        onChange={(value) =>
          change('dependency failure', (draft) => {
            if (value === 'continue' || value === 'skip') draft.on_dependency_failure = value;
            else delete draft.on_dependency_failure;
          })
        }
      />
      <GuardrailField
        guardrail={task.guardrail}
        project={project}
        onChange={(what, guardrail) =>
          change(what, (draft) => {
            if (guardrail === undefined) delete draft.guardrail;
            else draft.guardrail = guardrail;
          })
        }
      />
      <NamesField
        label="Resources"
        names={task.resources.map(({ pool }) => pool)}
        choices={free}
        onAdd={(pool) => pool !== '' && change('resources', (draft) => void draft.resources.push({ pool, units: 1 }))}
        onRemove={(pool) =>
          change('resources', (draft) => {
            draft.resources = draft.resources.filter((demand) => demand.pool !== pool);
          })
        }
      />
      <button type="button" className="button quiet" onClick={() => select()}>
        Show crew settings
      </button>
    </details>
  );
}
