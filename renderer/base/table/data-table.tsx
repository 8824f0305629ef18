import type { HTMLAttributes, ReactNode } from 'react';

export interface Column<Row> {
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Numbers are right-aligned. */
  figures?: boolean;
  /** The cell is the header of its row. */
  heads?: boolean;
  className?: string;
}

interface Props<Row> {
  /** The accessible name. */
  name: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => React.Key;
  row?: (row: Row) => HTMLAttributes<HTMLTableRowElement>;
}

/** A table with a sticky header. */
export function DataTable<Row>({ name, columns, rows, keyOf, row: attributes }: Props<Row>) {
  return (
    <table className="table" aria-label={name}>
      <thead>
        <tr>
          {columns.map(({ head, figures }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a table have a fixed order
            <th key={at} scope="col" className={figures ? 'right' : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} {...attributes?.(row)}>
            {columns.map((column, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <Cell key={at} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell<Row>({ column: { cell, figures, heads, className }, row }: { column: Column<Row>; row: Row }) {
  if (heads) return <th scope="row">{cell(row)}</th>;
  return <td className={figures ? 'right num' : className}>{cell(row)}</td>;
}
