import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import mysql, { type Connection } from 'mysql2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasesSchema } from '../../../shared/crew/databases.ts';
import { Databases } from './databases.ts';

// The server of mysql2 has the protocol of MySQL, and answers as this test says.

const NEVER = new AbortController().signal;
const TEXT_COLUMN = { catalog: 'def', schema: '', table: '', orgTable: '', orgName: '', flags: 0, decimals: 0 };
const COLUMNS = [{ ...TEXT_COLUMN, name: 'text', characterSet: 33, columnLength: 3000, columnType: 253 }];
/** All capabilities except compression and encryption. */
const CAPABILITIES = 0xffffff ^ 0x20 ^ 0x800;

let server: ReturnType<typeof mysql.createServer>;
let databases: Databases;
let connections = 0;
const events = new EventEmitter();

beforeAll(async () => {
  const port = await freePort();
  server = mysql.createServer(serve);
  server.listen(port);
  const definitions = databasesSchema.parse({ shop: { kind: 'mysql', url_key: 'SHOP_URL', timeout_s: 60 } });
  databases = new Databases(definitions, () => `mysql://user:secret@127.0.0.1:${port}/shop`);
});
afterAll(async () => {
  await databases.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const free = (probe.address() as AddressInfo).port; // A listening TCP server has an address with a port.
  await new Promise((resolve) => probe.close(resolve));
  return free;
}

function serve(connection: Connection): void {
  connections += 1;
  connection.on('error', () => undefined);
  const begin = () => {
    // The package leaves the number of the first packet of an answer to its user.
    connection.sequenceId = 1;
  };
  // A statement that begins with SET is reported as this event.
  connection.on('stmt_prepare', () => {
    begin();
    connection.writeOk();
    connection.sequenceId = 0;
  });
  connection.on('query', (sql: string) => {
    begin();
    if (sql.includes('slow')) events.emit('slow');
    else if (sql.startsWith('SELECT')) connection.writeTextResult(rowsOf(sql), COLUMNS);
    else connection.writeOk();
    connection.sequenceId = 0;
  });
  connection.serverHandshake({
    protocolVersion: 10,
    serverVersion: '8.0.0',
    connectionId: connections,
    statusFlags: 2,
    characterSet: 33,
    capabilityFlags: CAPABILITIES,
  });
}

function rowsOf(sql: string): { text: string }[] {
  const wide = { text: 'x'.repeat(1_000_000) };
  return sql.includes('wide') ? Array<typeof wide>(40).fill(wide) : [{ text: 'one' }];
}

const query = (sql: string, signal = NEVER) => databases.query({ database: 'shop', sql }, signal);

describe('sql_query with MySQL', () => {
  it('Queries whose turns end do not keep later queries waiting.', async () => {
    for (let each = 0; each < 5; each += 1) {
      const received = once(events, 'slow');
      const turn = new AbortController();
      const slow = query('SELECT slow', turn.signal);
      await received;
      turn.abort(new Error('the turn ended'));
      await expect(slow).rejects.toThrow('the turn ended');
    }
    expect(await query('SELECT 1')).toMatchObject({ ok: true, text: expect.stringContaining('| one |') });
  });

  it('An answer that is too large for the memory of this process is refused, and the next query is answered.', async () => {
    expect(await query('SELECT wide')).toEqual({
      ok: false,
      text: 'The query failed: its answer is larger than 32 MiB. Select fewer columns, or shorten them.',
    });
    expect(await query('SELECT 1')).toMatchObject({ ok: true });
  });
});
