import { describe, expect, it } from 'vitest';
import { type DatabaseKind, readStatement } from './read-statement.ts';

const KINDS: readonly DatabaseKind[] = ['postgres', 'mysql', 'sqlite'];

describe('readStatement', () => {
  it.each(KINDS)('One statement that reads is accepted without its final semicolon: %s.', (kind) => {
    for (const [text, sql] of [
      ['SELECT 1', 'SELECT 1'],
      ['  select 1 ; ', 'select 1'],
      ["SELECT ';--' AS a, 'it''s' -- last; line\n;", "SELECT ';--' AS a, 'it''s'"],
      ['(SELECT 1) UNION (SELECT 2);', '(SELECT 1) UNION (SELECT 2)'],
      ['/* a; b */ WITH t AS (SELECT 1) SELECT * FROM t', '/* a; b */ WITH t AS (SELECT 1) SELECT * FROM t'],
      ['SELECT "a;b" FROM t', 'SELECT "a;b" FROM t'],
    ] as const)
      expect(readStatement(text, kind)).toMatchObject({ ok: true, sql });
  });

  it.each(KINDS)('Other statements and several statements are refused with what is right: %s.', (kind) => {
    for (const [text, why] of [
      ['', 'no statement'],
      [' ;; -- nothing', 'no statement'],
      ['DROP TABLE t', 'not DROP'],
      ['-- SELECT\nDELETE FROM t', 'not DELETE'],
      ['/* SELECT */ update t set a = 1', 'not UPDATE'],
      ['SELECT 1; DROP TABLE t', 'Give one statement'],
      ["SELECT 'a'; SELECT 'b'", 'Give one statement'],
      ['COMMIT', 'not COMMIT'],
      ["SELECT 'open", 'not closed'],
      ["SELECT 1 INTO OUTFILE '/tmp/x'", 'INTO OUTFILE'],
    ] as const)
      expect(readStatement(text, kind)).toMatchObject({ ok: false, text: expect.stringContaining(why) });
  });

  it('Quotes are read as the database reads them.', () => {
    expect(readStatement('SELECT $$a;b$$, $x$;$$;$x$', 'postgres')).toMatchObject({ ok: true });
    expect(readStatement("SELECT E'\\';' , 1", 'postgres')).toMatchObject({ ok: true });
    expect(readStatement("SELECT '\\'; DROP TABLE t; --'", 'postgres')).toMatchObject({ ok: false });
    expect(readStatement("SELECT '\\'; DROP TABLE t; --'", 'mysql')).toMatchObject({ ok: true });
    expect(readStatement('SELECT 1 /* a /* b */ ; DROP TABLE t */', 'postgres')).toMatchObject({ ok: true });
    expect(readStatement('SELECT 1 /* a /* b */ ; DROP TABLE t', 'mysql')).toMatchObject({ ok: false });
    expect(readStatement('SELECT 1 # ; DROP', 'mysql')).toMatchObject({ ok: true });
    expect(readStatement("SELECT 1 /*!50000 INTO OUTFILE '/tmp/x' */", 'mysql')).toMatchObject({ ok: false });
    expect(readStatement('SELECT [a;b] FROM t', 'sqlite')).toMatchObject({ ok: true });
  });

  it.each([
    "SELECT 5--1 INTO OUTFILE '/tmp/x'\nFROM t",
    "SELECT '\\' INTO OUTFILE '/tmp/x' -- '",
    'SELECT "\\" INTO DUMPFILE \'/tmp/x\' -- "',
  ])('A file cannot be written by MySQL, whatever its settings are: %s', (text) => {
    expect(readStatement(text, 'mysql')).toMatchObject({ ok: false, text: expect.stringContaining('INTO OUTFILE') });
  });

  it('Two minus signs are a comment of MySQL only before a space or the end.', () => {
    expect(readStatement('SELECT 5--1', 'mysql')).toMatchObject({ ok: true, sql: 'SELECT 5--1' });
    expect(readStatement('SELECT 5--1; DROP TABLE t', 'mysql')).toMatchObject({ ok: false });
    for (const comment of ['--', '-- a;b', '--\ta;b', '--\na'])
      expect(readStatement(`SELECT 5${comment}`, 'mysql').ok, comment).toBe(true);
    expect(readStatement('SELECT 5--1', 'postgres')).toMatchObject({ ok: true, sql: 'SELECT 5' });
  });
});
