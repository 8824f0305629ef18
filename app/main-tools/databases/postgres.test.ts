import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasesSchema } from '../../../shared/crew/databases.ts';
import { Databases } from './databases.ts';

// PostgreSQL itself, compiled to WebAssembly, behind its wire protocol.

const NEVER = new AbortController().signal;
let database: PGlite;
let server: PGLiteSocketServer;
let databases: Databases;
let port = 0;

beforeAll(async () => {
  database = await PGlite.create();
  await database.exec(`
    CREATE TABLE orders (id int, "Größe" text, amount numeric, at date);
    INSERT INTO orders SELECT n, CASE WHEN n % 2 = 0 THEN NULL ELSE 'L|M' END, n * 1.5, '2026-01-01' FROM generate_series(1, 500) n;
    CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS 'INSERT INTO orders (id) VALUES (1) RETURNING id';
  `);
  port = await freePort();
  server = new PGLiteSocketServer({ db: database, port, host: '127.0.0.1' });
  await server.start();
  databases = make(`postgres://user:secret-password@127.0.0.1:${port}/postgres`);
});
afterAll(async () => {
  await databases.close();
  await server.stop();
  await database.close();
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const free = (probe.address() as AddressInfo).port; // A listening TCP server has an address with a port.
  await new Promise((resolve) => probe.close(resolve));
  return free;
}

function make(url: string): Databases {
  const definitions = databasesSchema.parse({ shop: { kind: 'postgres', url_key: 'SHOP_URL', timeout_s: 60 } });
  return new Databases(definitions, (name) => (name === 'SHOP_URL' ? url : null));
}

const query = (sql: string, count?: number) =>
  databases.query({ database: 'shop', sql, ...(count === undefined ? {} : { count }) }, NEVER);

describe('sql_query with PostgreSQL', () => {
  it('Values are shown as the server writes them, and rows over the count are named.', async () => {
    expect(await query('SELECT id, "Größe", amount, at FROM orders ORDER BY id;', 2)).toEqual({
      ok: true,
      text: '| id | Größe | amount | at |\n| --- | --- | --- | --- |\n| 1 | L\\|M | 1.5 | 2026-01-01 |\n| 2 |  | 3.0 | 2026-01-01 |\n\n[the first 2 rows only; there are more. Add LIMIT or aggregate]',
    });
    expect(await query('SELECT 1 AS a, 2 AS a WHERE false')).toEqual({ ok: true, text: '| a | a |\n| --- | --- |' });
    expect(await query('EXPLAIN SELECT * FROM orders')).toMatchObject({
      ok: true,
      text: expect.stringContaining('Scan'),
    });
    expect(await query('SHOW transaction_read_only')).toMatchObject({ text: expect.stringContaining('| on |') });
  });

  it.each([
    ['SELECT writes()', 'read-only transaction'],
    ['WITH n AS (INSERT INTO orders (id) VALUES (9) RETURNING id) SELECT * FROM n', 'WITH'],
    ["SELECT set_config('transaction_read_only', 'off', false)", 'must be set before any query'],
    ['EXPLAIN ANALYZE DELETE FROM orders', 'read-only transaction'],
    ['DELETE FROM orders', 'not DELETE'],
    ['COMMIT', 'not COMMIT'],
    ['SELECT 1; DELETE FROM orders', 'one statement'],
    ['SELECT * INTO copied FROM orders', 'INTO'],
  ])('%s changes nothing.', async (sql, why) => {
    const answer = await query(sql);
    expect(answer).toMatchObject({ ok: false, text: expect.stringContaining(why) });
    expect(await query('SELECT count(*) FROM orders')).toMatchObject({
      ok: true,
      text: expect.stringContaining('| 500 |'),
    });
  });

  it('A wrong name is answered with the names that exist.', async () => {
    for (const sql of ['SELECT * FROM ordes', 'SELECT amont FROM orders']) {
      const { ok, text } = await query(sql);
      expect(ok).toBe(false);
      expect(text).toContain('does not exist');
      expect(text).toContain('The tables are orders (id, Größe, amount, at).');
    }
    expect(await query('SELECT count(*) FROM orders')).toMatchObject({ ok: true });
  });

  it('A server that cannot be reached is an answer without the password.', async () => {
    const gone = make('postgres://user:secret-password@127.0.0.1:1/shop');
    const { ok, text } = await gone.query({ database: 'shop', sql: 'SELECT 1' }, NEVER);
    expect({ ok, text }).toEqual({ ok: false, text: expect.stringContaining('The database "shop" cannot be reached') });
    expect(text).not.toContain('secret-password');
  });

  it('A query that is aborted frees its connection, and the next query gets another.', async () => {
    const late = databases.query({ database: 'shop', sql: 'SELECT 1' }, AbortSignal.abort(new Error('late')));
    await expect(late).rejects.toThrow('late');
    const both = await Promise.all([query('SELECT 1 AS one'), query('SELECT 2 AS two')]);
    expect(both.map(({ ok }) => ok)).toContain(true);
  });
});
