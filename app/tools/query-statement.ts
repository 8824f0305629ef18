import type { DuckDBConnection } from '@duckdb/node-api';
import { refusedFunction, type SyntaxTree, syntaxTree } from './query-tree.ts';

const ONE_SELECT = "Give one SELECT, for example SELECT * FROM 'sales.csv' LIMIT 10.";

type Checked = { ok: true; tree: SyntaxTree } | { ok: false; text: string };

/** Parses the SQL of a call. Refuses anything but one SELECT that only reads, with a text for the model. */
export async function checkedSelect(connection: DuckDBConnection, sql: string): Promise<Checked> {
  const parsed = await syntaxTree(connection, sql);
  switch (parsed.status) {
    case 'wrong':
      return refused(`The query failed: ${parsed.message}`);
    case 'other':
      return refused(otherStatement(sql));
    case 'selects': {
      if (parsed.count === 0) return refused(`The SQL contains no statement. ${ONE_SELECT}`);
      if (parsed.count > 1) return refused(`Give one statement; there are ${parsed.count}.`);
      const unwanted = refusedFunction(parsed.tree);
      if (unwanted !== null) return refused(`The table function ${unwanted} is not allowed here.`);
      return { ok: true, tree: parsed };
    }
  }
}

function otherStatement(sql: string): string {
  if (/\bpivot(_wider)?\b/i.test(sql)) {
    return 'PIVOT without IN is not supported: its columns depend on the data. Name the values, as in FROM t PIVOT (sum(x) FOR y IN (1, 2)), or use GROUP BY.';
  }
  const [word] = sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').match(/[a-z]+/i) ?? [];
  const keyword = word?.toUpperCase();
  const unwanted = keyword === undefined || /^(SELECT|WITH|FROM|VALUES)$/.test(keyword) ? '' : `, not ${keyword}`;
  return `Only a SELECT is allowed here${unwanted}. ${ONE_SELECT}`;
}

function refused(text: string): Checked {
  return { ok: false, text };
}
