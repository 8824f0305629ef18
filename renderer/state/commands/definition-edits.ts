import { databaseSchema } from '../../../shared/crew/databases.ts';
import { type DefinedKind, freeDefinedName, renameDefined, withoutDefined } from '../../../shared/crew/definitions.ts';
import { crewToolSchema, mcpServerSchema } from '../../../shared/crew/tool-schema.ts';
import { edit, replaceCrew } from '../document.ts';
import { select } from '../ui.ts';
import type { WindowState } from '../window-state.ts';

/** The forms of a server, a tool and a database. */
export type ServerForm = 'program' | 'address';
export type ToolForm = 'http' | 'script';
export type DatabaseForm = 'file' | 'server';

const NEW_SERVER = {
  program: { command: 'node', args: ['server.mjs'] },
  address: { url: 'http://localhost:3000/mcp' },
} as const satisfies Record<ServerForm, object>;
const NEW_TOOL = {
  http: { http: { url: 'https://example.com/{id}' } },
  script: { script: 'tools/tool.js' },
} as const satisfies Record<ToolForm, object>;

const NEW_DATABASE = {
  file: { kind: 'sqlite', file: 'data.sqlite' },
  server: { kind: 'postgres', url_key: 'DATABASE_URL' },
} as const satisfies Record<DatabaseForm, object>;

/** Adds a tool, server or database with values to replace, and selects it. */
export function addDefinition(win: WindowState, kind: DefinedKind): void {
  edit(win, (draft) => {
    const name = freeDefinedName(draft, kind);
    if (kind === 'server') draft.mcp_servers[name] = mcpServerSchema.parse(NEW_SERVER.program);
    else if (kind === 'database') draft.databases[name] = databaseSchema.parse(NEW_DATABASE.file);
    else draft.tools.push(crewToolSchema.parse({ name, description: 'What the tool does', ...NEW_TOOL.http }));
    select(win, `${kind}:${name}`);
  });
}

/** Renames a tool or server, with the tools of agents and tasks, as one undo step. It stays selected. */
export function renameDefinition(win: WindowState, kind: DefinedKind, from: string, to: string): void {
  if (from === to) return;
  const { crew, opened } = win.document.getState();
  win.fields.drafts.move(opened, `${kind}:${from}`, `${kind}:${to}`);
  replaceCrew(win, renameDefined(crew, kind, from, to));
  if (win.ui.getState().selection.includes(`${kind}:${from}`)) select(win, `${kind}:${to}`);
}

/** Removes a tool or server, also from the tools of agents and tasks, as one undo step. */
export function removeDefinition(win: WindowState, kind: DefinedKind, name: string): void {
  replaceCrew(win, withoutDefined(win.document.getState().crew, kind, name));
  select(win);
}

/** Changes how a server is reached. Its limits remain. Keys that only the other form has are replaced. */
export function changeServerForm(win: WindowState, name: string, form: ServerForm): void {
  edit(win, (draft) => {
    const server = draft.mcp_servers[name];
    if (server === undefined) return;
    const { tools, start_timeout_s, timeout_s, max_calls, answer_characters } = server;
    const limits = { start_timeout_s, timeout_s, max_calls, answer_characters };
    const offered = tools === undefined ? {} : { tools: [...tools] };
    draft.mcp_servers[name] = mcpServerSchema.parse({ ...NEW_SERVER[form], ...limits, ...offered });
  });
}

/** Changes where a database is stored. Its limits remain. */
export function changeDatabaseForm(win: WindowState, name: string, form: DatabaseForm): void {
  edit(win, (draft) => {
    const database = draft.databases[name];
    if (database === undefined) return;
    const { timeout_s, max_calls, answer_characters } = database;
    draft.databases[name] = databaseSchema.parse({ ...NEW_DATABASE[form], timeout_s, max_calls, answer_characters });
  });
}

/** Changes the type of a tool of the crew. */
export function changeToolForm(win: WindowState, name: string, form: ToolForm): void {
  edit(win, (draft) => {
    const at = draft.tools.findIndex((tool) => tool.name === name);
    const tool = draft.tools[at];
    if (tool === undefined) return;
    const { http: _http, script: _script, ...rest } = tool;
    draft.tools[at] = crewToolSchema.parse({ ...rest, ...NEW_TOOL[form] });
  });
}
