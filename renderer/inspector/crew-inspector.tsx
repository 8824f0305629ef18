import { themeSchema } from '../../shared/ipc/values.ts';
import type { Crew } from '../../shared/project/schema.ts';
import { call } from '../bridge.ts';
import { NumberField } from '../fields/number-field.tsx';
import { SelectField } from '../fields/select-field.tsx';
import { SwitchField } from '../fields/switch-field.tsx';
import { CommittedField, TextField } from '../fields/text-field.tsx';
import { edit, useDocument } from '../store/document.ts';
import { useUi } from '../store/ui.ts';
import { CACHE_LABELS } from './cache-labels.ts';
import { CacheSize } from './cache-size.tsx';
import { CrewNameField } from './name-field.tsx';

type Process = Crew['process'];
const PROCESSES: readonly (readonly [Process, string])[] = [
  ['sequential', 'sequential: the graph as drawn'],
  ['hierarchical', 'hierarchical: with a manager'],
  ['consensual', 'consensual: propose and vote'],
];

/** The crew itself: what holds for all of its tasks. */
export function CrewInspector() {
  const { name, description, process, settings } = useDocument((document) => document.project);
  const theme = useUi((ui) => ui.theme);
  const change = (what: string, act: (draft: Crew) => void) => edit(act, `crew ${what}`);
  const optional = (what: 'model' | 'base_url', value: string) =>
    change(what, (draft) => {
      if (value === '') delete draft.settings[what];
      else draft.settings[what] = value;
    });
  return (
    <>
      <header className="subject">
        <span className="avatar crew">C</span>
        <div className="ellipsis">
          <strong>{name}</strong>
          <div className="muted small">Crew</div>
        </div>
      </header>
      <CrewNameField name={name} />
      <TextField
        label="Description"
        rows={3}
        value={description ?? ''}
        onChange={(value) =>
          change('description', (draft) => {
            if (value === '') delete draft.description;
            else draft.description = value;
          })
        }
      />
      <SelectField
        label="Process"
        value={process}
        options={PROCESSES}
        onChange={(value) =>
          change('process', (draft) => {
            draft.process = PROCESSES.find(([one]) => one === value)?.[0] ?? draft.process;
          })
        }
      />
      {process === 'hierarchical' && (
        <SwitchField
          label="Manager reviews results"
          value={settings.manager_review}
          onChange={(value) =>
            change('manager review', (draft) => {
              draft.settings.manager_review = value;
            })
          }
        />
      )}
      <TextField label="Model" value={settings.model ?? ''} onChange={(value) => optional('model', value)} />
      <CommittedField
        label="Base URL"
        value={settings.base_url ?? ''}
        refuse={(value) =>
          value === '' || (URL.canParse(value) && /^https?:/.test(value))
            ? null
            : 'Enter an address that begins with http:// or https://.'
        }
        onCommit={(value) => optional('base_url', value)}
      />
      <NumberField
        label="Task timeout (s)"
        value={settings.task_timeout_s}
        rule={{ min: 0.1, max: 86_400, fractions: true }}
        onChange={(value) =>
          change('timeout', (draft) => {
            if (value !== undefined) draft.settings.task_timeout_s = value;
          })
        }
      />
      <NumberField
        label="Retries"
        value={settings.retries.max}
        rule={{ min: 0, max: 20 }}
        onChange={(value) =>
          change('retries', (draft) => {
            if (value !== undefined) draft.settings.retries.max = value;
          })
        }
      />
      <NumberField
        label="Budget ($)"
        value={settings.budget_usd}
        placeholder="none"
        rule={{ min: 0.01, optional: true, fractions: true }}
        step={0.01}
        onChange={(value) =>
          change('budget', (draft) => {
            if (value === undefined) delete draft.settings.budget_usd;
            else draft.settings.budget_usd = value;
          })
        }
      />
      <SelectField
        label="When a dependency fails"
        value={settings.on_dependency_failure}
        options={[
          ['continue', 'continue without it'],
          ['skip', 'skip dependent tasks'],
        ]}
        onChange={(value) =>
          change('dependency failure', (draft) => {
            draft.settings.on_dependency_failure = value === 'skip' ? 'skip' : 'continue';
          })
        }
      />
      <SelectField
        label="Cache"
        value={settings.cache}
        options={Object.entries(CACHE_LABELS)}
        onChange={(value) =>
          change('cache', (draft) => {
            draft.settings.cache = value === 'read' || value === 'read_write' ? value : 'off';
          })
        }
      />
      <CacheSize />
      <SelectField
        label="Theme"
        value={theme}
        options={[
          ['system', 'match system'],
          ['dark', 'dark'],
          ['light', 'light'],
        ]}
        onChange={(value) => {
          const chosen = themeSchema.parse(value);
          useUi.setState({ theme: chosen });
          void call('app.theme', { theme: chosen });
        }}
      />
    </>
  );
}
