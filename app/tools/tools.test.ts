import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../scripts/build-parts.mjs';
import type { ToolName } from '../../shared/tools/catalogue.ts';
import { workbook } from './documents/testing/documents.ts';
import { withDatabase } from './query-database.ts';
import { QueryView } from './query-view.ts';
import { loadTool } from './registry.ts';
import type { ToolContext } from './tool.ts';

let root: string;
let workspace: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'crewlane-tools-')));
  workspace = join(root, "it's a workspace");
  mkdirSync(workspace);
  writeFileSync(join(root, 'secret.csv'), 'password\nhunter2\n');
  writeFileSync(join(workspace, 'sales.csv'), 'month,amount\n2026-01,10\n2026-02,32\n2026-02,8\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Call {
  signal?: AbortSignal;
  memoryMib?: number;
  /** The idempotency key. */
  key?: string;
}

async function call(
  name: ToolName,
  args: unknown,
  { signal = new AbortController().signal, memoryMib = 1024, key = 'key' }: Call = {},
) {
  const context: ToolContext = {
    workspace,
    agent: 'ada',
    memoryMib,
    signal,
    idempotencyKey: key,
    ask: async (request) => ({ ok: true, text: JSON.stringify(request) }),
  };
  return (await loadTool(name)).call(args, context);
}

const query = (sql: string) => call('query_data', { sql });

describe('query_data', () => {
  it('query_data answers a SELECT over a file as a table, and measures the rows of all files that it read', async () => {
    const sql =
      "WITH sums AS (SELECT month, sum(amount) AS total FROM 'sales.csv' GROUP BY month) SELECT * FROM sums ORDER BY month";
    expect(await query(sql)).toMatchObject({
      ok: true,
      text: '| month | total |\n| --- | --- |\n| 2026-01 | 10 |\n| 2026-02 | 40 |',
      measured: { reads: [{ file: 'sales.csv', rows: 3, all: true }] },
    });
  });

  it('query_data reads folders of files, JSON and absolute paths inside the workspace', async () => {
    mkdirSync(join(workspace, 'more'));
    writeFileSync(join(workspace, 'more', 'a.csv'), 'x\n1\n2\n');
    writeFileSync(join(workspace, 'more', 'b.json'), '[{"x": 5}]');
    expect((await query("SELECT count(*) AS n FROM read_csv('more/*.csv')")).measured).toMatchObject({
      reads: [{ file: 'more/a.csv', rows: 2, all: true }],
    });
    expect((await query("SELECT x FROM 'more/b.json'")).text).toContain('| 5 |');
    expect((await query(`SELECT count(*) FROM '${workspace.replace("'", "''")}/sales.csv'`)).ok).toBe(true);
  });

  it('A query result lists every file that it was made from, with its content hash.', async () => {
    const sales = createHash('sha256')
      .update(readFileSync(join(workspace, 'sales.csv')))
      .digest('hex');
    const filesOf = async (sql: string) => (await query(sql)).measured;
    const known = { files: [{ file: 'sales.csv', sha256: sales }] };
    for (const from of [
      "'sales.csv'",
      '"sales.csv"',
      'sales.csv',
      "read_csv(['sales.csv'])",
      "sniff_csv('sales.csv')",
    ]) {
      const measured = await filesOf(`WITH a AS (SELECT 1) SELECT * FROM a, ${from}`);
      expect({ from, ...measured, reads: undefined }).toEqual({ from, ...known, reads: undefined });
    }
    // A wrong column or a missing file also gives an answer.
    expect(await filesOf("SELECT nothing FROM 'sales.csv'")).toEqual(known);
    expect(await filesOf("SELECT * FROM 'other.csv'")).toEqual({ files: [{ file: 'other.csv', sha256: null }] });
    // Results that depend on the list of files are marked.
    for (const from of ["'*.csv'", "glob('*')", "read_csv('sales' || '.csv')"])
      expect({ from, ...(await filesOf(`SELECT * FROM ${from}`)) }).toMatchObject({ from, listing: true });
    expect(await filesOf('SELECT 1')).toEqual({});
  });

  it('query_data describes the files and their columns to the model', async () => {
    mkdirSync(join(workspace, 'node_modules'));
    writeFileSync(join(workspace, 'node_modules', 'x.json'), '{}');
    writeFileSync(join(workspace, 'quoted.csv'), '\uFEFF"id","last, first"\r\n1,x\r\n');
    const { description } = await (await loadTool('query_data')).describe(workspace);
    expect(description.split('\n').slice(1)).toEqual(['- quoted.csv (id, last, first)', '- sales.csv (month, amount)']);
  });

  it('query_data lists at most fifty files, with a note on the others', async () => {
    for (let index = 0; index < 60; index += 1) writeFileSync(join(workspace, `z${index}.csv`), 'x\n1\n');
    const { description } = await (await loadTool('query_data')).describe(workspace);
    expect(description.split('\n')).toHaveLength(52);
    expect(description).toContain('There are more');
    expect((await query("SELECT count(*) AS n FROM glob('**/*.csv')")).text).toContain('| 61 |');
  });

  it('query_data describes wide tables in a bounded text', async () => {
    const heading = Array.from({ length: 500 }, (_, index) => `column_${index}_${'x'.repeat(100)}`).join(',');
    for (let index = 0; index < 40; index += 1) writeFileSync(join(workspace, `z${index}.csv`), `${heading}\n`);
    const { description } = await (await loadTool('query_data')).describe(workspace);
    expect(description.length).toBeLessThan(5000);
    expect(description).toContain('column_0_');
    expect(description).toMatch(/column_29_x+…, …\)/);
    expect(description).toContain('There are more');
  });

  it.each([
    ['every row of a huge table', 'SELECT * FROM range(1000000000)'],
    ['every row of a huge table, sorted', 'SELECT * FROM range(30000000) ORDER BY hash(range)'],
    ['a cross join', 'SELECT * FROM range(1000000000) a, range(100000) b'],
    ['a repeated row', "FROM repeat('x', 1000000000)"],
    ['long texts', "SELECT repeat(repeat('x', 100), 1000) AS s, range FROM range(1000000000); -- all of it"],
    ['long lists', 'SELECT list(range) AS l, range // 10000 AS g FROM range(3000000) GROUP BY g'],
  ])('query_data returns the first rows of %s, with a note on the others', async (_what, sql) => {
    const answer = await query(sql);
    expect(answer.ok, answer.text).toBe(true);
    expect(answer.text).toMatch(/\[the first \d+ rows only; there are more\./);
    expect(answer.text.length).toBeLessThan(65_000);
    const lines = answer.text.split('\n').filter((line) => line.startsWith('| '));
    expect(answer.text).toContain(`[the first ${lines.length - 2} rows`);
    expect(lines.length).toBeGreaterThan(100);
    expect(answer.measured?.reads).toBeUndefined();
  });

  it('query_data returns the beginning of a file without reading all of it', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => `${index},${'x'.repeat(200)}`);
    writeFileSync(join(workspace, 'big.csv'), `id,text\n${rows.join('\n')}\n`);
    const answer = await query("SELECT * FROM 'big.csv'");
    expect(answer.text).toMatch(/\| 199 \| x+ \|\n\n\[the first 200 rows only; there are more/);
    const exact = await query("SELECT * FROM 'big.csv' LIMIT 200");
    expect(exact.text).not.toContain('the first');
    expect(exact.measured?.reads).toEqual([{ file: 'big.csv', rows: 1000, all: true }]);
  });

  it('query_data limits the size of an answer by cells, columns and characters', async () => {
    const wide = await query(`SELECT ${Array.from({ length: 300 }, (_, index) => `${index} AS c${index}`).join(', ')}`);
    expect(wide.text).toContain('[the first 100 of 300 columns.');
    const long = await query("SELECT repeat('x', 390) AS a, repeat('y', 390) AS b FROM range(200)");
    expect(long.text.length).toBeLessThan(65_000);
    expect(long.text).toMatch(/\[the first \d\d rows only; there are more/);
    expect((await query("SELECT repeat('x', 500) AS a")).text).toContain(`| ${'x'.repeat(400)}… |`);
    expect((await query("SELECT {'a': [1, 2]} AS s, MAP {'k': 1.5} AS m, [1, 2] AS l")).text).toContain(
      '| {"a":[1,2]} | {"k":1.5} | [1,2] |',
    );
  });

  it.each([
    ['a text', "SELECT repeat(repeat('x', 10000), 100000)"],
    ['a padded text', "SELECT lpad('x', 1000000000, 'y')"],
    ['a list', 'SELECT unnest(range(1000000000))'],
    ['a series', 'SELECT generate_series(1, 5000000000, 2)'],
    ['an aggregate', 'SELECT list(range) FROM range(1000000000)'],
    ['a cross join with a huge table', 'SELECT * FROM range(1000000000) a, range(1000000000) b'],
    ['a set of distinct rows', 'SELECT DISTINCT range FROM range(1000000000)'],
  ])('query_data refuses %s that does not fit into the memory of its slot', async (_what, sql) => {
    const before = process.memoryUsage.rss();
    const cancel = new AbortController();
    const answer = await call(
      'query_data',
      { sql },
      { signal: cancel.signal, memoryMib: Math.ceil(before / 1048576) + 200 },
    );
    expect(answer.ok).toBe(false);
    expect(answer.text).toMatch(/limit here|more memory than the slot has/);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1048576);
  });

  it.each(['', ' \n', ';', ';;\n;', '-- nothing', '/* nothing */ ;'])(
    'query_data reports that %j is not a statement',
    async (sql) => {
      expect((await query(sql)).text).toMatch(/^The SQL contains no statement\. Give one SELECT/);
    },
  );

  it('query_data names the kind of statement that is not supported', async () => {
    expect((await query("EXPLAIN SELECT * FROM 'sales.csv'")).text).toContain('not EXPLAIN');
    expect((await query("/* by month */ PIVOT 'sales.csv' ON month USING sum(amount)")).text).toContain(
      'PIVOT without IN',
    );
    const pivot = await query("SELECT * FROM 'sales.csv' PIVOT (sum(amount) FOR month IN ('2026-01', '2026-02'))");
    expect(pivot.text).toContain('| 10 | 40 |');
    expect((await query("DESCRIBE 'sales.csv'")).text).toContain('| amount | BIGINT |');
  });

  it('query_data reports a CSV file that is read as one column, and lines that are left out', async () => {
    writeFileSync(join(workspace, 'uneven.csv'), 'id,name,amount\n1,a,2\n2,b\n3,c,4\n4,d,1\n');
    const answer = await query("SELECT count(*) AS n FROM 'uneven.csv'");
    expect(answer.text).toContain('uneven.csv was read as ONE column');
    const [, told] = /use (read_csv\(.*\))\]/.exec(answer.text) ?? [];
    const columns = await query(`SELECT sum(amount) AS total FROM ${told}`);
    expect(columns.text).toBe('| total |\n| --- |\n| 7 |');
    writeFileSync(join(workspace, 'report.csv'), 'Report of May\n\nid,name\n1,a\n2,b\n');
    expect((await query("FROM 'report.csv'")).text).toContain(
      '[report.csv: lines 1 to 2, above the heading, were left out]',
    );
    writeFileSync(join(workspace, 'names.csv'), '"last, first"\n"Doe, Jane"\n');
    expect((await query("FROM 'names.csv'")).text).not.toContain('[');
  });

  it.runIf(process.platform !== 'win32')('query_data refuses a pipe in place of a file at once', async () => {
    execFileSync('mkfifo', [join(workspace, 'pipe.csv')]);
    expect((await query("SELECT * FROM 'pipe.csv'")).text).toContain('pipe.csv is not a file.');
    expect((await query("SELECT * FROM '*.csv'")).text).toContain('| 32 |');
  });

  it('A query reads the checked file even if its name changes in between.', async () => {
    const view = await QueryView.create(workspace);
    try {
      await view.add('sales.csv');
      rmSync(join(workspace, 'sales.csv'));
      symlinkSync(join(root, 'secret.csv'), join(workspace, 'sales.csv'));
      const confines = { folders: [view.folder, workspace], memoryMib: 1024, signal: new AbortController().signal };
      const rows = await withDatabase(confines, async (connection) => {
        const reader = await connection.runAndReadAll(`SELECT month FROM '${join(view.folder, 'sales.csv')}'`);
        return reader.getRows();
      });
      expect(rows).toHaveLength(3);
    } finally {
      await view.close();
    }
  });

  it('query_data follows no link that is swapped while queries run', async () => {
    mkdirSync(join(root, 'elsewhere'));
    mkdirSync(join(workspace, 'inside'));
    for (const [folder, text] of [
      ['elsewhere', 'hunter2'],
      ['workspace', 'harmless'],
    ] as const)
      writeFileSync(
        join(root, folder === 'workspace' ? "it's a workspace/inside" : folder, 's.csv'),
        `word\n${text}\n`,
      );
    const swap = `
      const { symlinkSync, renameSync } = require('node:fs');
      const [, link, inside, outside] = process.argv;
      process.stdout.write('.');
      for (let turn = 0; ; turn += 1) {
        symlinkSync(turn % 2 ? inside : outside, link + '.new');
        renameSync(link + '.new', link);
      }`;
    const link = join(workspace, 'x');
    const swapper = spawn(process.execPath, ['-e', swap, link, join(workspace, 'inside'), join(root, 'elsewhere')]);
    try {
      await once(swapper.stdout, 'data');
      let answered = 0;
      for (let round = 0; round < 40; round += 1) {
        const name = [
          "'x/s.csv'",
          "'x/*.csv'",
          `read_csv('${link.replaceAll("'", "''")}/s.csv')`,
          "read_csv('x/' || 's.csv')",
        ][round % 4];
        const answer = await query(`SELECT * FROM ${name}`);
        if (answer.ok) answered += 1;
        expect(answer.text).not.toContain('hunter2');
      }
      expect(answered).toBeGreaterThan(0);
    } finally {
      swapper.kill('SIGKILL');
    }
  });

  it('query_data accepts paths in every form, and no addresses', async () => {
    mkdirSync(join(workspace, 'more'));
    const path = join(workspace, 'sales.csv').replaceAll("'", "''");
    for (const name of [
      "'./sales.csv'",
      "'more/../sales.csv'",
      `'${path}'`,
      `read_csv(['${path}', 'sales.csv'])`,
      "'s*.csv'",
    ]) {
      const answer = await query(`SELECT max(amount) AS m FROM ${name}`);
      expect(answer.text, name).toContain('| 32 |');
      expect(answer.measured?.reads, name).toEqual([{ file: 'sales.csv', rows: 3, all: true }]);
    }
    expect((await query(`FROM 'file://${path}'`)).text).toContain('is an address');
    expect((await query(`FROM glob('${path}')`)).text).toContain('sales.csv');
  });

  it("does not read the application's own folder of a workspace", async () => {
    mkdirSync(join(workspace, '.crewlane'));
    writeFileSync(join(workspace, '.crewlane', 'lock.json'), '{"hunter2": 1}');
    writeFileSync(join(workspace, 'n.json'), '{"x": 5}');
    for (const from of [
      "'**/*.json'",
      "'.crewlane/lock.json'",
      "'.crewlane/*.json'",
      "glob('.crewlane/*')",
      "glob('**/*')",
    ])
      expect((await query(`SELECT * FROM ${from}`)).text, from).not.toMatch(/hunter2|lock\.json \|/);
    expect((await query("SELECT x FROM '*.json'")).text).toContain('| 5 |');
  });

  it('query_data leaves no files behind', async () => {
    const views = () => readdirSync(tmpdir()).filter((name) => name.startsWith('crewlane-query-'));
    const before = views();
    await query("FROM 'sales.csv'");
    await query("FROM 'none.csv'");
    expect(views().filter((name) => !before.includes(name))).toEqual([]);
  });

  // Between two statements, too: DuckDB ignores an interrupt then.
  it.each([0, 5, 10, 20, 30, 40, 50, 100])('query_data stops when its turn is cancelled after %d ms', async (ms) => {
    const cancel = new AbortController();
    const sql = 'SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b';
    const answer = call('query_data', { sql }, { signal: cancel.signal });
    setTimeout(() => cancel.abort(), ms);
    expect((await answer).ok).toBe(false);
  });

  it.each([
    ['an absolute path', () => `SELECT * FROM '${root}/secret.csv'`],
    ['a path with ..', () => "SELECT * FROM '../secret.csv'"],
    ['a path with .. in a function', () => "SELECT * FROM read_csv('x/../../secret.csv')"],
    ['a text file of the system', () => "SELECT * FROM read_text('/etc/passwd')"],
    ['a list of files elsewhere', () => "SELECT * FROM glob('/etc/*')"],
    ['COPY', () => "COPY (SELECT 1) TO 'out.csv'"],
    ['COPY elsewhere', () => `COPY (SELECT 1) TO '${root}/out.csv'`],
    ['ATTACH', () => "ATTACH 'new.db' AS new"],
    ['INSTALL', () => 'INSTALL httpfs'],
    ['LOAD', () => 'LOAD httpfs'],
    ['a URL', () => "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')"],
    ['a table made of nothing', () => 'CREATE TABLE t AS SELECT 1'],
    ['a PRAGMA', () => 'PRAGMA version'],
    ['a CALL', () => 'CALL pragma_version()'],
    ['SET', () => 'SET threads = 8'],
    [
      'a function that writes a file',
      () => "SELECT * FROM Enable_Profiling(format := 'json', save_location := 'new.db')",
    ],
    [
      'a function that ends the process',
      () =>
        `SELECT 1 WHERE 1 IN (SELECT 1 FROM enable_logging('QueryLog', storage := 'file', storage_path := '${root}/x'))`,
    ],
    ['SQL inside of a text', () => "SELECT * FROM query('SELECT 1')"],
    [
      'SQL inside of a tree',
      () => "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM checkpoint()'))",
    ],
    [
      'what does not fit into memory',
      () => "SELECT i, repeat('x', 100) || i AS s FROM range(20000000) t(i) ORDER BY s OFFSET 19999999",
    ],
    ['two statements', () => 'SELECT 1; SELECT 2'],
    ['no SQL', () => 'hello'],
  ])('refuses %s', async (_what, sql) => {
    const answer = await query(sql());
    expect(answer.ok).toBe(false);
    expect(answer.text).not.toContain('hunter2');
    expect(
      existsSync(join(root, 'out.csv')) ||
        existsSync(join(workspace, 'out.csv')) ||
        existsSync(join(workspace, 'new.db')) ||
        existsSync(join(workspace, '.tmp')),
    ).toBe(false);
  });

  it('refuses links that lead out of the workspace, of files and of folders', async () => {
    symlinkSync(join(root, 'secret.csv'), join(workspace, 'link.csv'));
    symlinkSync(root, join(workspace, 'folder'));
    for (const sql of [
      "SELECT * FROM 'link.csv'",
      "SELECT * FROM 'folder/secret.csv'",
      `SELECT * FROM read_csv('folder/*.csv')`,
    ]) {
      const answer = await query(sql);
      expect(answer.text).not.toContain('hunter2');
      expect(answer.ok).toBe(false);
    }
  });
});

describe('query_data and workbooks', () => {
  beforeEach(async () => {
    expect(await ensureBuilt(['documents'])).toBe(true);
    const sheets = {
      Sales: [
        ['month', 'amount'],
        ['2026-01', 10],
        ['2026-02', 32],
      ],
      'Q 2': [['x'], [7]],
    };
    writeFileSync(join(workspace, 'book.xlsx'), workbook(sheets));
  });

  it('query_data reads sheets of an Excel workbook as tables, also next to other files', async () => {
    const answer = await query("SELECT sum(amount) AS total FROM 'book.xlsx'");
    expect(answer).toMatchObject({ ok: true, text: '| total |\n| --- |\n| 42 |' });
    expect(answer.measured?.files).toEqual([{ file: 'book.xlsx', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    const joined = "SELECT x, amount FROM 'book.xlsx/Q 2', 'sales.csv' ORDER BY amount LIMIT 1";
    expect((await query(joined)).text).toContain('| 7 | 8 |');
    const both = "SELECT count(*) AS n FROM 'book.xlsx' UNION ALL SELECT count(*) FROM 'book.xlsx/q 2'";
    expect((await query(both)).text).toContain('| 2 |\n| 1 |');
  });

  it('query_data names the sheets of a workbook, and reports one that is damaged or missing', async () => {
    expect(await query("FROM 'book.xlsx/Costs'")).toMatchObject({
      ok: false,
      text: expect.stringContaining('has no sheet "Costs". Its sheets are: Sales, Q 2.'),
    });
    writeFileSync(join(workspace, 'broken.xlsx'), 'PK\x03\x04 and nothing else');
    expect((await query("FROM 'broken.xlsx'")).text).toContain('its archive is damaged');
    expect((await query("FROM 'missing.xlsx'")).text).toContain('no such file');
    expect((await query("FROM '../book.xlsx'")).ok).toBe(false);
  });

  it('query_data returns as many rows as the call asks for', async () => {
    const sql = 'SELECT * FROM range(1000)';
    const rows = (text: string) => text.split('\n').filter((line) => /^\| \d/.test(line)).length;
    expect(rows((await call('query_data', { sql, count: 900 })).text)).toBe(900);
    expect(rows((await call('query_data', { sql, count: '3' })).text)).toBe(3);
    expect(rows((await call('query_data', { sql })).text)).toBe(200);
    expect((await call('query_data', { sql, count: 0 })).ok).toBe(false);
  });
});

describe('file_reader and file_writer', () => {
  it('file_reader returns what file_writer wrote, and both are measured.', async () => {
    expect(await call('file_writer', { path: 'notes/a.md', content: '# One\n' })).toMatchObject({
      ok: true,
      measured: { writes: ['notes/a.md'] },
    });
    expect((await call('file_reader', { path: 'notes/a.md' })).text).toBe('# One');
    expect(readdirSync(join(workspace, 'notes'))).toEqual(['a.md']);
    expect(await call('file_reader', { path: 'sales.csv' })).toMatchObject({
      measured: { reads: [{ file: 'sales.csv', rows: 3, all: true }] },
    });
    expect(await call('file_reader', { path: 'sales.csv', first_line: 2, lines: 1 })).toMatchObject({
      text: '2026-01,10\n\n[lines 2 to 2 of 4]',
      measured: { reads: [{ rows: 1, all: false }] },
    });
  });

  it('File tools report the content hash of a file when it is read or written, or that it is missing.', async () => {
    const hash = createHash('sha256').update('one\ntwo\n').digest('hex');
    const file = 'notes/a.md';
    expect((await call('file_reader', { path: file })).measured).toEqual({ files: [{ file, sha256: null }] });
    const { measured } = await call('file_writer', { path: file, content: 'one\ntwo\n' });
    expect(measured?.files).toEqual([{ file, sha256: hash, wrote: true }]);
    const read = await call('file_reader', { path: file, lines: 1 });
    expect(read.measured).toEqual({ files: [{ file, sha256: hash }] });
  });

  it('file_reader reports how much of a file was read, with multi-line records, long lines and missing lines.', async () => {
    writeFileSync(join(workspace, 'notes.csv'), 'id,note\n1,"two\nlines"\n2,"a ""word"" more"\n');
    expect((await call('file_reader', { path: join(workspace, 'x/../notes.csv') })).measured).toMatchObject({
      reads: [{ file: 'notes.csv', rows: 2, all: true }],
    });
    writeFileSync(join(workspace, 'long.jsonl'), `{"x": "${'y'.repeat(70_000)}"}\n`);
    const long = await call('file_reader', { path: 'long.jsonl' });
    expect(long.text).toContain('[lines 1 to 1 of 1; the last one is cut off]');
    expect(long.measured?.reads?.[0]?.all).toBe(false);
    expect(await call('file_reader', { path: 'sales.csv', first_line: 9 })).toMatchObject({
      ok: false,
      text: 'sales.csv has 4 lines.',
    });
    writeFileSync(join(workspace, 'empty.txt'), '');
    expect(await call('file_reader', { path: 'empty.txt' })).toMatchObject({ ok: true, text: '' });
    writeFileSync(join(workspace, 'image.png'), new Uint8Array([137, 80, 0, 1]));
    expect(await call('file_reader', { path: 'image.png' })).toMatchObject({
      ok: false,
      text: 'image.png is not text.',
    });
  });

  it('File tools read other encodings with a note, and report a PDF that is not one', async () => {
    writeFileSync(join(workspace, 'latin.txt'), Buffer.from('M\xfcnchen', 'latin1'));
    expect(await call('file_reader', { path: 'latin.txt' })).toMatchObject({
      ok: true,
      text: expect.stringContaining('München\n\n[decoded as windows-1252; it is not UTF-8'),
    });
    writeFileSync(join(workspace, 'wide.txt'), Buffer.from('\ufeffMünchen', 'utf16le'));
    expect((await call('file_reader', { path: 'wide.txt' })).text).toMatch(/^München\n\n\[decoded as utf-16le/);
    writeFileSync(join(workspace, 'a.pdf'), '%PDF-1.4\nall letters');
    const text = expect.stringContaining('a.pdf cannot be read');
    expect(await call('file_reader', { path: 'a.pdf' })).toMatchObject({ ok: false, text });
  });

  it('File tools find a file whose name has another Unicode form', async () => {
    mkdirSync(join(workspace, 'Cafe\u0301'));
    writeFileSync(join(workspace, 'Cafe\u0301', 'u\u0308.csv'), 'x\n1\n');
    const path = 'Caf\u00e9/\u00fc.csv';
    expect((await call('file_reader', { path })).text).toBe('x\n1');
    expect((await query(`SELECT * FROM '${path}'`)).text).toContain('| 1 |');
    const nested = 'Caf\u00e9/\u00fc.csv';
    expect((await call('file_writer', { path: nested, content: 'x\n2\n' })).text).toContain('replaced');
    await call('file_writer', { path: 'Caf\u00e9/new.txt', content: 'new' });
    expect(readdirSync(join(workspace, 'Cafe\u0301')).sort()).toEqual(['new.txt', 'u\u0308.csv']);
    expect(readdirSync(workspace)).toHaveLength(2);
    symlinkSync(root, join(workspace, 'out-e\u0301'));
    expect((await call('file_writer', { path: 'out-\u00e9/new.txt', content: 'x' })).ok).toBe(false);
    expect(existsSync(join(root, 'new.txt'))).toBe(false);
    expect((await call('file_reader', { path: 'out-\u00e9/secret.csv' })).ok).toBe(false);
  });

  it('File tools stay inside the workspace, even through links', async () => {
    symlinkSync(root, join(workspace, 'folder'));
    symlinkSync(join(root, 'secret.csv'), join(workspace, 'link.csv'));
    for (const path of ['../secret.csv', join(root, 'secret.csv'), 'folder/secret.csv', 'link.csv', 'a\0b', '']) {
      expect(await call('file_reader', { path })).toMatchObject({ ok: false });
    }
    for (const path of ['../new.txt', join(root, 'new.txt'), 'folder/new.txt', 'folder/sub/new.txt', '.']) {
      expect(await call('file_writer', { path, content: 'x' })).toMatchObject({ ok: false });
    }
    expect(existsSync(join(root, 'new.txt')) || existsSync(join(root, 'sub'))).toBe(false);
  });

  it('query_data lists no files of Crewlane itself, even through a link', async () => {
    mkdirSync(join(workspace, '.crewlane'));
    writeFileSync(join(workspace, '.crewlane', 'workspace'), 'mark');
    symlinkSync(join(workspace, '.crewlane'), join(workspace, 'way'));
    for (const pattern of ['.crewlane/*', 'way/*', '*/workspace', '**', join(workspace, 'way', '*')]) {
      const { text } = await call('query_data', { sql: `SELECT file FROM glob('${pattern}')` });
      expect(text).not.toMatch(/(crewlane|way)[/]workspace/);
    }
  });

  it('File tools replace a link and never write or read through it.', async () => {
    symlinkSync(join(root, 'secret.csv'), join(workspace, 'link.csv'));
    await call('file_writer', { path: 'link.csv', content: 'mine' });
    expect(readFileSync(join(workspace, 'link.csv'), 'utf8')).toBe('mine');
    expect(readFileSync(join(root, 'secret.csv'), 'utf8')).toContain('hunter2');
  });

  it('File tools do not change .git and crew files under any spelling.', async () => {
    mkdirSync(join(workspace, '.git'));
    symlinkSync(join(workspace, '.git'), join(workspace, 'other'));
    const inGit = ['.git/hooks/pre-commit', 'a/.GIT/config', '.git./x', '.g\u200cit/x', 'git~1/x', 'other/hooks/x'];
    for (const path of [...inGit, 'other.crew.json', 'x/y.CREW.JSON', 'x.crew.json.', 'x.crew.json::$DATA']) {
      expect(await call('file_writer', { path, content: 'x' })).toMatchObject({ ok: false });
    }
    expect(readdirSync(join(workspace, '.git'))).toEqual([]);
  });

  it('File tools write through no link under the name of the unfinished file', async () => {
    await call('file_writer', { path: 'a.txt', content: 'old' });
    const key = createHash('sha256').update('key a.txt').digest('hex').slice(0, 16);
    symlinkSync(join(root, 'secret.csv'), join(workspace, `.${key}.part`));
    expect(await call('file_writer', { path: 'a.txt', content: 'new' })).toMatchObject({ ok: true });
    expect(readFileSync(join(root, 'secret.csv'), 'utf8')).toContain('hunter2');
    expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('new');
    // The name of the unfinished file is unpredictable, so nobody can block the writing.
    expect(readdirSync(workspace).filter((name) => name.endsWith('.part'))).toEqual([`.${key}.part`]);
  });

  it('File tools refuse a path with too many folders, and create none of them', async () => {
    const before = readdirSync(workspace);
    for (const folders of [65, 1_000, 100_000]) {
      const path = `${'d/'.repeat(folders)}x.txt`;
      const text = expect.stringContaining('names more than 64 nested folders');
      expect(await call('file_writer', { path, content: 'x' })).toMatchObject({ ok: false, text });
      expect(await call('file_reader', { path })).toMatchObject({ ok: false, text });
    }
    expect(readdirSync(workspace)).toEqual(before);
    expect(await call('file_writer', { path: `${'d/'.repeat(64)}x.txt`, content: 'x' })).toMatchObject({ ok: true });
  });

  it('File tools accept the argument names of other products, and numbers as strings', async () => {
    await call('file_writer', { directory: 'out/', filename: 'a.txt', content: 'one\ntwo\nthree\n' });
    await call('file_writer', { file_path: 'b.txt', content: 'b' });
    const part = { file_path: 'out/a.txt', start_line: '2', line_count: 1 };
    expect((await call('file_reader', part)).text).toBe('two\n\n[lines 2 to 2 of 3]');
    expect((await call('file_reader', { filename: 'b.txt', lines: null })).text).toBe('b');
    expect((await call('query_data', { query: 'SELECT 42 AS n' })).text).toContain('| 42 |');
    expect((await call('query_data', { sql_query: 'SELECT 43 AS n' })).text).toContain('| 43 |');
    const both = await call('file_writer', { path: 'c.txt', file_path: 'd.txt', content: 'x' });
    expect(both).toMatchObject({ ok: false, text: expect.stringContaining('file_path') });
    expect(readdirSync(workspace).sort()).toEqual(['b.txt', 'out', 'sales.csv']);
  });

  it('Tools report invalid arguments.', async () => {
    expect((await call('file_writer', { path: 'x' })).text).toContain('content');
    expect((await call('file_reader', 'sales.csv')).ok).toBe(false);
  });
});

describe('file_writer', () => {
  it('file_writer reports the path, the bytes, and whether the file is new', async () => {
    const write = (content: string, more = {}) => call('file_writer', { path: 'ü.txt', content, ...more });
    expect((await write('ö')).text).toBe('Written: ü.txt (2 bytes, created)');
    expect((await write('two', { mode: 'w' })).text).toBe('Written: ü.txt (3 bytes, replaced)');
    expect(await write('three', { overwrite: 'false' })).toMatchObject({
      ok: false,
      text: 'ü.txt exists already, and overwrite is false. Choose another path, or set overwrite to true.',
    });
    expect(readFileSync(join(workspace, 'ü.txt'), 'utf8')).toBe('two');
    // A retry of a call that succeeded finds its own file.
    expect((await write('two', { overwrite: false })).ok).toBe(true);
    expect((await call('file_writer', { path: 'new.txt', content: 'x', overwrite: false })).text).toContain('created');
  });

  it('file_writer lets only one of several calls create a file that must not exist', async () => {
    const contents = Array.from({ length: 8 }, (_, index) => `content ${index}`);
    const answers = await Promise.all(
      contents.map((content) => call('file_writer', { path: 'one.txt', content, overwrite: false })),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(contents[answers.findIndex(({ ok }) => ok)]).toBe(readFileSync(join(workspace, 'one.txt'), 'utf8'));
    expect(readdirSync(workspace).sort()).toEqual(['one.txt', 'sales.csv']);
  });

  const append = (content: string, key: string, path = 'log.txt') =>
    call('file_writer', { path, content, mode: 'a' }, { key });

  it('file_writer appends once per call, also if the call is repeated after a crash', async () => {
    expect((await append('one\n', 'a')).text).toBe('Appended: log.txt (4 bytes; the file has 4 bytes now)');
    await append('two\n', 'b');
    expect((await append('one\n', 'a')).text).toContain('Appended by an earlier attempt');
    // The process ended between the two steps of a call: the text is there, or a part of it.
    const record = (key: string, from: number) =>
      writeFileSync(join(workspace, '.crewlane', 'appends', `${key}.json`), JSON.stringify({ from, done: false }));
    record('b', 4);
    await append('two\n', 'b');
    expect(readFileSync(join(workspace, 'log.txt'), 'utf8')).toBe('one\ntwo\n');
    record('c', 8);
    writeFileSync(join(workspace, 'log.txt'), 'one\ntwo\nthr');
    await append('three\n', 'c');
    record('d', 14);
    await append('four\n', 'd');
    expect(readFileSync(join(workspace, 'log.txt'), 'utf8')).toBe('one\ntwo\nthree\nfour\n');
  });

  it('file_writer keeps the texts of calls that append to one file at the same time', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(500)}\n`);
    await Promise.all(lines.map((line, index) => append(line, `key-${index}`)));
    const written = readFileSync(join(workspace, 'log.txt'), 'utf8');
    expect(written.split(/(?<=\n)/).sort()).toEqual(lines.toSorted());
  });

  it('file_writer does not append through links of any kind', async () => {
    symlinkSync(join(root, 'secret.csv'), join(workspace, 'soft.csv'));
    linkSync(join(root, 'secret.csv'), join(workspace, 'hard.csv'));
    for (const path of ['soft.csv', 'hard.csv']) expect(await append('x', path, path)).toMatchObject({ ok: false });
    expect(await append('x', 'out', '../out.txt')).toMatchObject({ ok: false });
    expect(readFileSync(join(root, 'secret.csv'), 'utf8')).toBe('password\nhunter2\n');
  });
});

describe('file_search', () => {
  const search = (args: object) => call('file_search', args);
  beforeEach(() => {
    mkdirSync(join(workspace, 'docs', 'node_modules'), { recursive: true });
    writeFileSync(join(workspace, 'docs', 'plan.md'), '# Plan\nBuy milk\nbuy MILK again\n');
    writeFileSync(join(workspace, 'docs', 'node_modules', 'x.md'), 'milk');
    writeFileSync(join(workspace, 'docs', 'latin.txt'), Buffer.from('M\xfcnchen und Stra\xdfen\n', 'latin1'));
    writeFileSync(join(workspace, 'image.bin'), Buffer.from([0, 1, 2]));
  });

  it('file_search finds lines without regard to case, and names files that it did not search', async () => {
    expect(await search({ query: 'milk' })).toMatchObject({
      ok: true,
      text: 'docs/plan.md:2: Buy milk\ndocs/plan.md:3: buy MILK again\n[1 file not searched: not text, or larger than 8 MiB]',
      measured: { listing: true, files: [{ file: 'docs/plan.md' }] },
    });
    expect((await search({ search_query: 'mu\u0308nchen', directory: 'docs' })).text).toBe(
      'docs/latin.txt:1: München und Straßen',
    );
    expect((await search({ query: 'nothing', glob: '*.md' })).text).toBe('No line matches in 1 file.');
    expect((await search({ query: 'milk', count: '1', glob: '*.md' })).text).toMatch(
      /:2: Buy milk\n\[the first 1 matches only/,
    );
  });

  it('file_search lists files with their sizes if no query is given', async () => {
    expect((await search({})).text).toBe(
      'docs/latin.txt (20 bytes)\ndocs/plan.md (31 bytes)\nimage.bin (3 bytes)\nsales.csv (45 bytes)',
    );
    expect((await search({ pattern: 'docs/**' })).text).not.toContain('sales.csv');
    expect((await search({ path: 'docs', glob: '*.md' })).text).toBe('docs/plan.md (31 bytes)');
    expect((await search({ count: 1 })).text).toContain('[the first 1 of 4 files');
    expect((await search({ glob: '*.pdf' })).text).toBe('There are no such files.');
  });

  it('file_search accepts regular expressions, and ends one that takes too long', async () => {
    expect((await search({ query: '^buy\\s\\w+ again', regex: true })).text).toContain(
      'docs/plan.md:3: buy MILK again',
    );
    expect(await search({ query: '(', regex: true })).toMatchObject({
      ok: false,
      text: expect.stringContaining('not a regular expression'),
    });
    writeFileSync(join(workspace, 'a.txt'), `${'a'.repeat(60)}!\n`);
    expect(await search({ query: '(a+)+$', regex: true, glob: 'a.txt' })).toMatchObject({
      ok: false,
      text: 'The regular expression takes too long on a.txt. Use a simpler one.',
    });
    expect((await search({ glob: '**/**/**/*' })).text).toContain('too many wildcards');
  });

  it('file_search stays inside the workspace', async () => {
    symlinkSync(root, join(workspace, 'out'));
    symlinkSync(join(root, 'secret.csv'), join(workspace, 'link.csv'));
    mkdirSync(join(workspace, '.crewlane'));
    writeFileSync(join(workspace, '.crewlane', 'workspace'), 'hunter2');
    for (const path of ['..', root, 'out', '.crewlane', 'sales.csv', 'missing']) {
      expect(await search({ query: 'hunter2', path })).toMatchObject({ ok: false });
    }
    expect((await search({ query: 'hunter2' })).text).not.toContain('password');
    expect((await search({ query: 'hunter2' })).text).toContain('No line matches');
    expect((await search({})).text).not.toMatch(/link|crewlane/);
  });
});

describe('the tools of the run', () => {
  it('the tools of the run pass their arguments to the engine', async () => {
    const args = { action: 'acquire_resource', resource_id: 'db' };
    expect(JSON.parse((await call('shared_resource_pool', args)).text)).toEqual({
      kind: 'shared_resource_pool',
      agent: 'ada',
      arguments: args,
      call: 'key',
    });
    expect(JSON.parse((await call('performance_monitor', args)).text)).toMatchObject({ kind: 'performance_monitor' });
  });
});
