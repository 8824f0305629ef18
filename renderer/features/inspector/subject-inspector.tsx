import { agentSchema } from '../../../shared/crew/agent-schema.ts';
import type { DefinedKind } from '../../../shared/crew/definitions.ts';
import { AGENT_FIELDS } from '../../../shared/crew/fields/agent-fields.ts';
import { CREW_FIELDS, POOL_FIELDS } from '../../../shared/crew/fields/crew-fields.ts';
import { type FormField, formFields } from '../../../shared/crew/fields/form-fields.ts';
import { TASK_FIELDS } from '../../../shared/crew/fields/task-fields.ts';
import { crewSchema, poolSchema } from '../../../shared/crew/schema.ts';
import { taskSchema } from '../../../shared/crew/task-schema.ts';
import { remove } from '../../state/commands/crew-edits.ts';
import { select } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import { CacheSize } from './cache-size.tsx';
import { DefinitionInspector } from './definition-inspector.tsx';
import { RerunButtons } from './rerun-buttons.tsx';
import { type Advanced, SchemaForm } from './schema-form.tsx';
import type { FormSubject } from './subject.ts';
import { SubjectHeader } from './subject-header.tsx';
import { TaskRunFacts } from './task-run-facts.tsx';
import { ThemeField } from './theme-field.tsx';

const FIELDS: Readonly<Record<Exclude<FormSubject['kind'], DefinedKind>, readonly FormField[]>> = {
  crew: formFields(crewSchema, CREW_FIELDS),
  agent: formFields(agentSchema, AGENT_FIELDS),
  task: formFields(taskSchema, TASK_FIELDS),
  pool: formFields(poolSchema, POOL_FIELDS),
};

const AFTER_GROUPS = { 'Files and cache': <CacheSize /> };

/**
 * The editor of the crew, or of one of its agents, tasks or pools, with every key of the crew file that users may set.
 */
export function SubjectInspector({ subject, advanced }: { subject: FormSubject; advanced: Advanced }) {
  const { kind } = subject;
  if (kind === 'tool' || kind === 'server' || kind === 'database')
    return <DefinitionInspector subject={subject} advanced={advanced} />;
  return (
    <>
      <SubjectHeader subject={subject} />
      {kind === 'task' && <TaskRunFacts name={subject.name} />}
      {kind === 'task' && <RerunButtons task={subject.name} />}
      <SchemaForm
        subject={subject}
        fields={FIELDS[kind]}
        after={kind === 'crew' ? AFTER_GROUPS : {}}
        advanced={advanced}
      />
      {kind === 'crew' ? <ThemeField /> : <NodeActions kind={kind} name={subject.name} />}
    </>
  );
}

function NodeActions({ kind, name }: { kind: string; name: string }) {
  const win = useWindowState();
  return (
    <div className="inspector-actions">
      <button type="button" className="button" onClick={() => remove(win, [`${kind}:${name}`])}>
        Delete {kind}
      </button>
      <button type="button" className="button quiet" onClick={() => select(win)}>
        Show crew settings
      </button>
    </div>
  );
}
