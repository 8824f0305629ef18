import type { Database, Databases as Definitions } from '../../../shared/crew/databases.ts';
import type { SlotAnswer } from '../../../shared/slot/slot-request.ts';
import { answerTable, fetched, USUAL_ROWS } from '../../../shared/tools/answer-table.ts';
import type { ToolArguments } from '../../../shared/tools/catalogue.ts';
import { readStatement } from '../../../shared/tools/read-statement.ts';
import { schemaNote } from '../../../shared/tools/schema-note.ts';
import type { KeyNamed } from '../../base/main-tools.ts';
import { messageOf } from '../../base/system-error.ts';
import { type Connection, QueryError, type ServerQuery, withinAnswerSize } from './connection.ts';

/** The maximum number of connections to one server. Further queries wait. */
const MAX_CONNECTIONS = 4;

type ServerDatabase = Exclude<Database, { kind: 'sqlite' }>;

/** A connection and its queue: its queries run one after another. */
interface Lane {
  connection: Connection | null;
  /** The number of queries that run or wait. */
  queries: number;
  /** Settles when the last of them has ended. */
  tail: Promise<unknown>;
}

/** The database servers of one run. A connection is made when it is first needed, and used again by all slots. */
export class Databases {
  readonly #definitions: Definitions;
  readonly #keyNamed: KeyNamed;
  readonly #lanes = new Map<string, Lane[]>();
  #isClosed = false;

  constructor(definitions: Definitions, keyNamed: KeyNamed) {
    this.#definitions = definitions;
    this.#keyNamed = keyNamed;
  }

  /** Carries out a call of `sql_query`. If a query is refused, the answer explains what is allowed. */
  async query(
    { database: name = '', sql, count = USUAL_ROWS }: ToolArguments<'sql_query'>,
    signal: AbortSignal,
  ): Promise<SlotAnswer> {
    const database = this.#definitions[name];
    if (database === undefined || database.kind === 'sqlite')
      return { ok: false, text: `There is no database server "${name}".` };
    const checked = readStatement(sql, database.kind);
    if (!checked.ok) return checked;
    const url = this.#keyNamed(database.url_key, '');
    if (url === null) return { ok: false, text: `The key ${database.url_key} is not set. A person must set it.` };
    const timeoutMs = database.timeout_s * 1000;
    const query = { sql: checked.sql, keyword: checked.keyword, limit: fetched(count).limit, timeoutMs };
    try {
      const rows = await this.#inLane(name, (lane) => this.#run(lane, database, url, query, signal));
      return { ok: true, text: answerTable(rows, count).text };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof QueryError)
        return { ok: false, text: `The query failed: ${ended(error.message)}${schemaNote(error.tables)}` };
      return {
        ok: false,
        text: `The database "${name}" cannot be reached: ${ended(withoutUrl(messageOf(error), url))}`,
      };
    }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const open = [...this.#lanes.values()].flat().flatMap(({ connection }) => connection ?? []);
    await Promise.all(open.map((connection) => connection.close()));
  }

  /** Runs work in the lane with the fewest queries, after those queries. */
  async #inLane<Value>(name: string, work: (lane: Lane) => Promise<Value>): Promise<Value> {
    const lanes = this.#lanes.get(name) ?? [];
    this.#lanes.set(name, lanes);
    const idle = lanes.toSorted((one, other) => one.queries - other.queries)[0];
    const lane: Lane =
      idle && (idle.queries === 0 || lanes.length >= MAX_CONNECTIONS)
        ? idle
        : { connection: null, queries: 0, tail: Promise.resolve() };
    if (lane !== idle) lanes.push(lane);
    lane.queries += 1;
    const result = lane.tail.then(() => work(lane));
    lane.tail = result.catch(() => undefined).finally(() => (lane.queries -= 1));
    return result;
  }

  async #run(lane: Lane, database: ServerDatabase, url: string, query: ServerQuery, signal: AbortSignal) {
    signal.throwIfAborted();
    if (lane.connection?.isOpen === false) lane.connection = null;
    lane.connection ??= await connect(database.kind, url, query.timeoutMs);
    const { connection } = lane;
    if (this.#isClosed) await connection.close();
    const abort = () => connection.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await withinAnswerSize(connection, connection.query(query));
    } catch (error) {
      // The next query gets a new connection.
      if (!(error instanceof QueryError)) {
        lane.connection = null;
        connection.destroy();
      }
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}

/** Drivers are loaded when a crew first needs them. */
async function connect(kind: ServerDatabase['kind'], url: string, timeoutMs: number): Promise<Connection> {
  switch (kind) {
    case 'postgres':
      return (await import('./postgres.ts')).connectPostgres(url, timeoutMs);
    case 'mysql':
      return (await import('./mysql.ts')).connectMysql(url, timeoutMs);
  }
}

/** Drivers can repeat the address, which contains a password. */
function withoutUrl(text: string, url: string): string {
  return text.replaceAll(url, '[address]');
}

function ended(sentence: string): string {
  return `${sentence.replace(/\.$/, '')}.`;
}
