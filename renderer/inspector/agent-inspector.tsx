import type { Agent, Crew } from '../../shared/project/schema.ts';
import { isToolName, TOOL_NAMES } from '../../shared/project/tools.ts';
import { Avatar } from '../canvas/avatar.tsx';
import { giveTool, remove } from '../commands/project-edits.ts';
import { NamesField } from '../fields/names-field.tsx';
import { NumberField } from '../fields/number-field.tsx';
import { SwitchField } from '../fields/switch-field.tsx';
import { TextField } from '../fields/text-field.tsx';
import { edit, useDocument } from '../store/document.ts';
import { NameField } from './name-field.tsx';

type DraftAgent = Crew['agents'][number];
type TextKey = 'role' | 'goal' | 'backstory';
type FlagKey = 'manager' | 'allow_delegation' | 'verbose';

export function AgentInspector({ agent }: { agent: Agent }) {
  const project = useDocument((document) => document.project);
  const change = (what: string, act: (draft: DraftAgent) => void) =>
    edit((draft) => {
      const found = draft.agents.find(({ name }) => name === agent.name);
      if (found) act(found);
    }, `agent ${agent.name} ${what}`);
  const text = (label: string, key: TextKey, rows?: number) => (
    <TextField
      label={label}
      value={agent[key]}
      {...(rows === undefined ? {} : { rows })}
      onChange={(value) =>
        change(key, (draft) => {
          draft[key] = value;
        })
      }
    />
  );
  const flag = (label: string, key: FlagKey) => (
    <SwitchField
      label={label}
      value={agent[key]}
      onChange={(value) =>
        change(key, (draft) => {
          draft[key] = value;
        })
      }
    />
  );
  const tasks = project.tasks.filter((task) => task.agent === agent.name).length;
  return (
    <>
      <header className="subject">
        <Avatar project={project} name={agent.name} />
        <div className="ellipsis">
          <strong>{agent.name}</strong>
          <div className="muted small">Agent · {tasks === 1 ? '1 task' : `${tasks} tasks`}</div>
        </div>
      </header>
      <NameField kind="agent" name={agent.name} />
      {text('Role', 'role')}
      {text('Goal', 'goal', 2)}
      {text('Backstory', 'backstory', 4)}
      <NamesField
        label="Tools"
        names={agent.tools}
        choices={TOOL_NAMES.filter((tool) => !agent.tools.includes(tool))}
        onAdd={(tool) => isToolName(tool) && giveTool(agent.name, tool)}
        onRemove={(tool) =>
          change('tools', (draft) => {
            draft.tools = draft.tools.filter((other) => other !== tool);
          })
        }
      />
      {flag('Manager', 'manager')}
      {flag('Allow delegation', 'allow_delegation')}
      {flag('Verbose', 'verbose')}
      <NumberField
        label="Max concurrent turns"
        value={agent.max_concurrent}
        placeholder="no limit"
        rule={{ min: 1, optional: true }}
        onChange={(value) =>
          change('max_concurrent', (draft) => {
            if (value === undefined) delete draft.max_concurrent;
            else draft.max_concurrent = value;
          })
        }
      />
      <NumberField
        label="Max tokens per answer"
        value={agent.max_tokens}
        placeholder={project.settings.max_tokens?.toString() ?? 'the model’s own limit'}
        rule={{ min: 1, optional: true }}
        standard={project.settings.max_tokens}
        onChange={(value) =>
          change('max_tokens', (draft) => {
            if (value === undefined) delete draft.max_tokens;
            else draft.max_tokens = value;
          })
        }
      />
      <div className="field">
        <button type="button" className="button" onClick={() => remove([`agent:${agent.name}`])}>
          Delete the agent
        </button>
      </div>
    </>
  );
}
