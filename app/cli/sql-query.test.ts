import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import sqlite from 'node-sqlite3-wasm';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { calling } from '../models/testing/calling.ts';
import { TestProvider } from '../models/testing/provider.ts';
import { problemsOf, runOf } from './testing/built-command.ts';
import { command } from './testing/command-and-server.ts';

let model: TestProvider;
beforeAll(async () => {
  await mkdir(command.path('workspace'));
  const database = new sqlite.Database(command.path('workspace', 'shop.db'));
  database.exec(`
    CREATE TABLE orders (id INTEGER, name TEXT, photo BLOB);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
    INSERT INTO orders SELECT i, CASE WHEN i = 2 THEN NULL ELSE 'a|b' END, x'00ff' FROM n;
  `);
  database.close();
  await writeFile(command.path('workspace', 'text.db'), 'not a database, but long enough');
  await symlink('/etc/passwd', command.path('workspace', 'link.db'));
});
afterEach(() => model?.stop());

/** A crew whose agent makes these calls of `sql_query`. */
async function crewCalling(calls: readonly object[], databases: object): Promise<string> {
  model = await TestProvider.start(calling(calls.map((given) => ({ name: 'sql_query', arguments: given }))));
  return command.write('sql.crew.json', {
    format: 'crewlane/1',
    name: 'sql',
    settings: { model: 'm', base_url: model.baseUrl },
    databases,
    agents: [{ name: 'ada', role: 'R', goal: 'G', tools: ['sql_query'] }],
    tasks: [{ name: 'one', description: 'Work.', expected_output: 'A word', agent: 'ada' }],
  });
}

async function answersOf(calls: readonly object[], databases: object, ...more: string[]): Promise<string[]> {
  const file = await crewCalling(calls, databases);
  const run = runOf(await command.run(['run', file, '--trust', '--json', ...more]));
  return JSON.parse(run.results[0]?.result ?? '[]');
}

const SHOP = { kind: 'sqlite', file: 'shop.db' };

describe('sql_query with SQLite', () => {
  it('The only database needs no name, and answers are tables or name what is right.', async () => {
    const sqls = [
      'SELECT id, name, photo FROM orders ORDER BY id LIMIT 2;',
      'SELECT a.id, b.id FROM orders a JOIN orders b ON a.id = b.id WHERE a.id = 7',
      'SELECT id FROM orders WHERE id > 999',
      'SELECT * FROM ordes',
      'SELECT amont FROM orders',
      'DELETE FROM orders',
      'SELECT 1; SELECT 2',
      "ATTACH '/etc/passwd' AS p",
      'PRAGMA journal_mode = WAL',
    ];
    const answers = await answersOf(
      sqls.map((sql) => ({ query: sql })),
      { shop: SHOP },
    );
    const [table, joined, none, wrongTable, wrongColumn, ...refused] = answers;
    expect(table).toBe("| id | name | photo |\n| --- | --- | --- |\n| 1 | a\\|b | x'00ff' |\n| 2 |  | x'00ff' |");
    expect(joined).toContain('| 7 | 7 |');
    expect(none).toBe('The result has no rows.');
    expect(wrongTable).toBe('The query failed: no such table: ordes. The tables are orders (id, name, photo).');
    expect(wrongColumn).toContain('no such column: amont. The tables are orders (id, name, photo).');
    expect(refused).toEqual([
      'Only a statement that reads is allowed here, not DELETE. Give one SELECT.',
      'Give one statement, without a semicolon inside.',
      'Only a statement that reads is allowed here, not ATTACH. Give one SELECT.',
      'Only a statement that reads is allowed here, not PRAGMA. Give one SELECT.',
    ]);
    const description = JSON.stringify(model.received[0]?.body);
    expect(description).toContain('The databases are shop (sqlite).');
    expect((await readdir(command.path('workspace'))).sort()).toEqual(['.crewlane', 'link.db', 'shop.db', 'text.db']);
  });

  it('count, answer_characters and timeout_s limit an answer.', async () => {
    const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n';
    const [few, short, late] = await answersOf(
      [
        { database: 'shop', sql: 'SELECT id FROM orders', count: 3 },
        { database: 'small', sql: 'SELECT * FROM orders' },
        { database: 'small', sql: endless },
      ],
      { shop: SHOP, small: { ...SHOP, answer_characters: 200, timeout_s: 2 } },
    );
    expect(few).toBe(
      '| id |\n| --- |\n| 1 |\n| 2 |\n| 3 |\n\n[the first 3 rows only; there are more. Add LIMIT or aggregate]',
    );
    expect(short).toHaveLength(200);
    expect(late).toBe('The query took longer than 2 s (timeout_s). Filter or aggregate.');
  });

  it('A name that no database has, and files that cannot be read, are answered with the reason.', async () => {
    const databases = {
      shop: SHOP,
      text: { kind: 'sqlite', file: 'text.db' },
      link: { kind: 'sqlite', file: 'link.db' },
      outside: { kind: 'sqlite', file: '../shop.db' },
      missing: { kind: 'sqlite', file: 'missing.db' },
    };
    const names = ['shpo', undefined, 'text', 'link', 'outside', 'missing'];
    const answers = await answersOf(
      names.map((database) => ({ database, sql: 'SELECT 1' })),
      databases,
    );
    const all = 'The databases are shop (sqlite), text (sqlite), link (sqlite), outside (sqlite), missing (sqlite).';
    expect(answers).toEqual([
      `There is no database "shpo". ${all}`,
      `Name the database. ${all}`,
      'text.db is not a SQLite database.',
      expect.stringContaining('outside the workspace'),
      expect.stringContaining('outside the workspace'),
      expect.stringContaining('no such file'),
    ]);
  });
});

describe('keys that a crew names', () => {
  const SERVER = { shop: { kind: 'postgres', url_key: 'SHOP_URL', timeout_s: 5 } };

  it('A missing key is a problem before a run, and a rehearsal needs none.', async () => {
    const file = await crewCalling([{ sql: 'SELECT 1' }], SERVER);
    const refused = await command.run(['run', file, '--trust', '--json']);
    expect(refused.code).toBe(2);
    expect(refused.stdout + refused.stderr).toContain('The database "shop" needs the key SHOP_URL, which is not set.');
    expect(model.received).toEqual([]);
    expect(await command.run(['run', file, '--provider', 'rehearsal'])).toMatchObject({ code: 0 });
  });

  it('A database server needs trust, and its password is in no file of the run.', async () => {
    const url = 'postgres://ann:s3cret%2Dpassword@127.0.0.1:1/shop';
    const file = await crewCalling([{ sql: 'SELECT 1' }, { sql: "SELECT 's3cret-password'" }], SERVER);
    const refused = await command.run(['run', file], { SHOP_URL: url });
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Reads the database "shop" (postgres) at the address in your key SHOP_URL.'),
    });
    const run = runOf(await command.run(['run', file, '--trust', '--json'], { SHOP_URL: url }));
    expect(run.results[0]?.result).toContain('The database \\"shop\\" cannot be reached');
    for (const name of await readdir(run.run_dir, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      const text = await readFile(`${name.parentPath}/${name.name}`, 'utf8');
      expect(text).not.toContain('s3cret-password');
      expect(text).not.toContain('s3cret%2Dpassword');
    }
  });

  it('sql_query without a database is a problem before a run.', async () => {
    const file = await crewCalling([{ sql: 'SELECT 1' }], {});
    expect(problemsOf(await command.run(['run', file, '--trust', '--json']))[0]).toMatchObject({ code: 'no_database' });
  });
});
