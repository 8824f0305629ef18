/** A query of a SQLite file. */
export interface SqliteRequest {
  /** A private copy of the file. */
  file: string;
  sql: string;
  /** The maximum number of rows. */
  limit: number;
}

/** `rows` have their cells in the order of `titles`. `tables`: the tables that exist, for an answer about a wrong name. */
export type SqliteAnswer =
  | { ok: true; titles: string[]; rows: unknown[][] }
  | { ok: false; message: string; tables: string[] };
