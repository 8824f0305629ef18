import { fileDatabaseSchema, serverDatabaseSchema } from '../../../shared/crew/databases.ts';
import type { DefinedKind } from '../../../shared/crew/definitions.ts';
import {
  COMMAND_SERVER_FIELDS,
  DATABASE_NAME_FIELD,
  FILE_DATABASE_FIELDS,
  HTTP_TOOL_FIELDS,
  SCRIPT_TOOL_FIELDS,
  SERVER_DATABASE_FIELDS,
  SERVER_NAME_FIELD,
  URL_SERVER_FIELDS,
} from '../../../shared/crew/fields/definition-fields.ts';
import { type FormField, formFields } from '../../../shared/crew/fields/form-fields.ts';
import {
  commandServerSchema,
  crewToolSchema,
  serverNameSchema,
  urlServerSchema,
} from '../../../shared/crew/tool-schema.ts';
import { SelectField } from '../../base/fields/select-field.tsx';
import {
  changeDatabaseForm,
  changeServerForm,
  changeToolForm,
  removeDefinition,
} from '../../state/commands/definition-edits.ts';
import { useDocument } from '../../state/document.ts';
import { select } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import { DefinitionKeys } from './definition-keys.tsx';
import { type Advanced, SchemaForm } from './schema-form.tsx';
import { ServerTest } from './server-test.tsx';
import { SubjectHeader } from './subject-header.tsx';

interface Subject {
  kind: DefinedKind;
  name: string;
}

const NAME = formFields(serverNameSchema, SERVER_NAME_FIELD);
const DATABASE_NAME = formFields(serverNameSchema, DATABASE_NAME_FIELD);
const FIELDS = {
  program: [...NAME, ...formFields(commandServerSchema, COMMAND_SERVER_FIELDS)],
  address: [...NAME, ...formFields(urlServerSchema, URL_SERVER_FIELDS)],
  http: formFields(crewToolSchema, HTTP_TOOL_FIELDS),
  script: formFields(crewToolSchema, SCRIPT_TOOL_FIELDS),
  file: [...DATABASE_NAME, ...formFields(fileDatabaseSchema, FILE_DATABASE_FIELDS)],
  server: [...DATABASE_NAME, ...formFields(serverDatabaseSchema, SERVER_DATABASE_FIELDS)],
} as const satisfies Readonly<Record<string, readonly FormField[]>>;

const SERVER_FORMS = [
  ['program', 'a program that is started'],
  ['address', 'an address'],
] as const;
const DATABASE_FORMS = [
  ['file', 'a SQLite file'],
  ['server', 'a server'],
] as const;
const TOOL_FORMS = [
  ['http', 'an HTTP request'],
  ['script', 'a script'],
] as const;

/** The editor of a tool, server or database that the crew defines. */
export function DefinitionInspector({ subject, advanced }: { subject: Subject; advanced: Advanced }) {
  const win = useWindowState();
  const form = useForm(subject);
  const { kind, name } = subject;
  if (form === null) return null;
  return (
    <>
      <SubjectHeader subject={subject} />
      {kind === 'database' ? (
        <SelectField
          label="Storage"
          path="stored in"
          value={form}
          options={DATABASE_FORMS}
          onChange={(to) => (to === 'file' || to === 'server') && changeDatabaseForm(win, name, to)}
        />
      ) : kind === 'server' ? (
        <SelectField
          label="Connection"
          path="connection"
          value={form}
          options={SERVER_FORMS}
          onChange={(to) => (to === 'program' || to === 'address') && changeServerForm(win, name, to)}
        />
      ) : (
        <SelectField
          label="Type"
          path="made of"
          value={form}
          options={TOOL_FORMS}
          onChange={(to) => (to === 'http' || to === 'script') && changeToolForm(win, name, to)}
        />
      )}
      <SchemaForm subject={subject} fields={FIELDS[form]} advanced={advanced} />
      <DefinitionKeys subject={subject} />
      {kind === 'server' && <ServerTest server={name} />}
      <div className="inspector-actions">
        <button type="button" className="button" onClick={() => removeDefinition(win, kind, name)}>
          Delete {kind}
        </button>
        <button type="button" className="button quiet" onClick={() => select(win)}>
          Show crew settings
        </button>
      </div>
    </>
  );
}

/** The form of the definition; null after it was removed. */
function useForm({ kind, name }: Subject): keyof typeof FIELDS | null {
  return useDocument(({ crew }) => {
    if (kind === 'server') {
      const server = crew.mcp_servers[name];
      return server === undefined ? null : 'url' in server ? 'address' : 'program';
    }
    if (kind === 'database') {
      const database = crew.databases[name];
      return database === undefined ? null : 'file' in database ? 'file' : 'server';
    }
    const tool = crew.tools.find((one) => one.name === name);
    return tool === undefined ? null : tool.script === undefined ? 'http' : 'script';
  });
}
